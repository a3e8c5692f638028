/** The languages of the dictionary, in the order of its columns. */
export const LANGUAGES = ['en', 'de', 'es', 'fr', 'it', 'pt'] as const;
export type Language = (typeof LANGUAGES)[number];

/** One meaning; in each language its words, the usual one first. */
export interface Meaning {
  words: Record<Language, string[]>;
  /** Of a meaning that shares a word with another one. */
  domain: string;
}

/** A line a meaning: en|de|es|fr|it|pt, and a domain where a word has several. `/` stands between words of one meaning. */
const LINES = `
hello/hi|hallo|hola|bonjour/salut|ciao/salve|olá
good morning|guten Morgen|buenos días|bonjour|buongiorno|bom dia
good night|gute Nacht|buenas noches|bonne nuit|buona notte|boa noite
goodbye/farewell|auf Wiedersehen/lebewohl|adiós|au revoir/adieu|arrivederci/addio|adeus
thank you/thanks|danke|gracias|merci|grazie|obrigado
please|bitte|por favor|s'il vous plaît|per favore|por favor
yes|ja|sí|oui|sì|sim
no|nein|no|non|no|não
where is|wo ist|dónde está|où est|dov'è|onde está
who is|wer ist|quién es|qui est|chi è|quem é
the|der/die/das|el/la/los/las|le/la/les|il/la/lo/i/gli/le|o/a/os/as
a/an|ein/eine/einen|un/una|un/une|un/una/uno|um/uma
and|und|y/e|et|e/ed|e
or|oder|o/u|ou|o|ou
not|nicht|no|pas|non|não
with|mit|con|avec|con|com
without|ohne|sin|sans|senza|sem
in|in|en|dans|in|em
from|von|de|de|da|de
of|von|de|de|di|de
to|zu/nach|a|à|a|para
on|auf|sobre|sur|su|sobre
my|mein/meine/meinen|mi|mon/ma|mio/mia|meu/minha
your|dein/deine/deinen|tu|ton/ta|tuo/tua|seu/sua
for|für|para|pour|per|para
under|unter|bajo|sous|sotto|sob
behind|hinter|detrás de|derrière|dietro|atrás de
I|ich|yo|je|io|eu
you|du|tú|tu|tu|você/tu
we|wir|nosotros|nous|noi|nós
they|sie|ellos|ils|loro|eles
is|ist|es/está|est|è|é/está
are|sind|son/están|sont|sono|são/estão
was|war|era|était|era|era
have|habe/haben|tengo/tienen|ai/ont|ho/hanno|tenho/têm
want|will/wollen|quiero/quieren|veux/veulent|voglio/vogliono|quero/querem
give|gib/geben|da/dar|donne/donner|dai/dare|dá/dar
take|nimm/nehmen|toma/tomar|prends/prendre|prendi/prendere|toma/tomar
open|öffne/öffnen|abre/abrir|ouvre/ouvrir|apri/aprire|abre/abrir
kill|töte/töten|mata/matar|tue/tuer|uccidi/uccidere|mata/matar
help|hilf/helfen|ayuda/ayudar|aide/aider|aiuta/aiutare|ajuda/ajudar
wait|warte/warten|espera/esperar|attends/attendre|aspetta/aspettare|espera/esperar
come|komm/kommen|ven/venir|viens/venir|vieni/venire|vem/vir
run|lauf/laufen|corre/correr|cours/courir|corri/correre|corre/correr
here|hier|aquí|ici|qui|aqui
there|dort|allí|là|là|lá
now|jetzt|ahora|maintenant|adesso/ora|agora
today|heute|hoy|aujourd'hui|oggi|hoje
tomorrow|morgen|mañana|demain|domani|amanhã
never|nie/niemals|nunca|jamais|mai|nunca
always|immer|siempre|toujours|sempre|sempre
old|alt/alte/alten|viejo/vieja|vieux/vieille|vecchio/vecchia|velho/velha
new|neu/neue/neuen|nuevo/nueva|nouveau/nouvelle|nuovo/nuova|novo/nova
good|gut/gute/guten|bueno/buena|bon/bonne|buono/buona|bom/boa
bad|schlecht/schlechte|malo/mala|mauvais/mauvaise|cattivo/cattiva|mau/má
dead|tot/tote|muerto/muerta|mort/morte|morto/morta|morto/morta
dark|dunkel/dunkle|oscuro/oscura|sombre|buio/buia|escuro/escura
cold|kalt/kalte|frío/fría|froid/froide|freddo/fredda|frio/fria
big|groß/große|grande|grand/grande|grande|grande
small|klein/kleine|pequeño/pequeña|petit/petite|piccolo/piccola|pequeno/pequena
one|eins|uno|un|uno|um
two|zwei|dos|deux|due|dois/duas
three|drei|tres|trois|tre|três
house|Haus|casa|maison|casa|casa
door|Tür|puerta|porte|porta|porta
key|Schlüssel|llave|clé|chiave|chave
bridge|Brücke|puente|pont|ponte|ponte
street|Straße|calle|rue|strada|rua
city|Stadt|ciudad|ville|città|cidade
village|Dorf|aldea|village|villaggio|aldeia
harbour/harbor/port|Hafen|puerto|port|porto|porto
market|Markt|mercado|marché|mercato|mercado
forest|Wald|bosque|forêt|foresta|floresta
river|Fluss|río|rivière/fleuve|fiume|rio
mountain|Berg|montaña|montagne|montagna|montanha
grave|Grab|tumba|tombe|tomba|túmulo
king|König|rey|roi|re|rei
queen|Königin|reina|reine|regina|rainha
friend|Freund|amigo|ami|amico|amigo
enemy|Feind|enemigo|ennemi|nemico|inimigo
family|Familie|familia|famille|famiglia|família
brother|Bruder|hermano|frère|fratello|irmão
sister|Schwester|hermana|sœur/soeur|sorella|irmã
man|Mann|hombre|homme|uomo|homem
woman|Frau|mujer|femme|donna|mulher
sword|Schwert|espada|épée|spada|espada
knife|Messer|cuchillo|couteau|coltello|faca
bread|Brot|pan|pain|pane|pão
water|Wasser|agua|eau|acqua|água
wine|Wein|vino|vin|vino|vinho
gold|Gold|oro|or|oro|ouro
silver|Silber|plata|argent|argento|prata
coin|Münze|moneda|pièce|moneta|moeda
blood|Blut|sangre|sang|sangue|sangue
heart|Herz|corazón|cœur/coeur|cuore|coração
hand|Hand|mano|main|mano|mão
eye|Auge|ojo|œil/oeil|occhio|olho
night|Nacht|noche|nuit|notte|noite
day|Tag|día|jour|giorno|dia
moon|Mond|luna|lune|luna|lua
sun|Sonne|sol|soleil|sole|sol
rain|Regen|lluvia|pluie|pioggia|chuva
storm|Sturm|tormenta|tempête|tempesta|tempestade
fog|Nebel|niebla|brouillard|nebbia|nevoeiro
fire|Feuer|fuego|feu|fuoco|fogo
war|Krieg|guerra|guerre|guerra|guerra
peace|Frieden|paz|paix|pace|paz
death|Tod|muerte|mort|morte|morte
life|Leben|vida|vie|vita|vida
secret|Geheimnis|secreto|secret|segreto|segredo
price|Preis|precio|prix|prezzo|preço
debt|Schuld|deuda|dette|debito|dívida|trade
deal|Handel|trato|marché|affare|acordo|trade
money|Geld|dinero|argent|denaro|dinheiro|trade
bank|Bank|banco|banque|banca|banco|trade
bank|Ufer|orilla|rive|riva|margem|nature
spring|Quelle|manantial|source|sorgente|nascente|nature
spring|Frühling|primavera|printemps|primavera|primavera|time
fall/autumn|Herbst|otoño|automne|autunno|outono|time
fall|Sturz|caída|chute|caduta|queda|nature
watch|Uhr|reloj|montre|orologio|relógio|time
watch|Wache|guardia|garde|guardia|guarda
`;

export const MEANINGS: Meaning[] = LINES.trim().split('\n').map(meaningOf);

export const DOMAINS = [...new Set(MEANINGS.map(({ domain }) => domain))].filter(Boolean).sort();

/** Meanings by their words in small letters; each in the order of the lines. */
const BY_WORD = new Map(LANGUAGES.map((language) => [language, index(language)]));

/** The longest phrase; words. */
export const LONGEST = Math.max(
  ...[...BY_WORD.values()].flatMap((words) => [...words.keys()].map((word) => word.split(' ').length)),
);

/** @param phrase in small letters */
export function meaningsOf(phrase: string, language: Language): Meaning[] {
  return BY_WORD.get(language)?.get(phrase) ?? [];
}

export function isLanguage(language: string): language is Language {
  return (LANGUAGES as readonly string[]).includes(language);
}

function meaningOf(line: string): Meaning {
  const columns = line.split('|');
  const words = LANGUAGES.map((language, i) => [language, (columns[i] ?? '').split('/')]);
  return { words: Object.fromEntries(words), domain: columns[LANGUAGES.length] ?? '' };
}

function index(language: Language): Map<string, Meaning[]> {
  const words = new Map<string, Meaning[]>();
  for (const meaning of MEANINGS)
    for (const word of meaning.words[language]) {
      const key = word.toLowerCase();
      words.set(key, [...(words.get(key) ?? []), meaning]);
    }
  return words;
}
