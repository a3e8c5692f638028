/** Values and prices are in coins. */
export interface PartKind {
  value: number;
  /** Skill that taking it teaches, before its quality counts. */
  xp: number;
  /** What taking it costs the player's morality. */
  burden: number;
  tool: string;
}

export const PARTS: Record<string, PartKind> = {
  hair: { value: 10, xp: 2, burden: 0, tool: 'shears' },
  skin: { value: 30, xp: 6, burden: 2, tool: 'scalpel' },
  hand: { value: 35, xp: 5, burden: 2, tool: 'bone_saw' },
  bone: { value: 25, xp: 4, burden: 1, tool: 'bone_saw' },
  eye: { value: 45, xp: 9, burden: 3, tool: 'scalpel' },
  tongue: { value: 35, xp: 5, burden: 3, tool: 'shears' },
  lung: { value: 60, xp: 8, burden: 3, tool: 'scalpel' },
  kidney: { value: 70, xp: 8, burden: 3, tool: 'scalpel' },
  liver: { value: 80, xp: 9, burden: 3, tool: 'scalpel' },
  heart: { value: 120, xp: 12, burden: 5, tool: 'bone_saw' },
};

/** How well a tool does what another one is made for; 0 to 1. */
export const TOOLS: Record<string, number> = { scalpel: 0.4, bone_saw: 0.4, shears: 0.4, knife: 0.6 };

export const DRUGS: Record<string, number> = {
  hollow_tea: 8,
  grave_dust: 15,
  red_sleep: 25,
  veil: 40,
  moon_sap: 60,
};

export interface Family {
  name: string;
  /** The dearest first. */
  sells: string[];
  /** Pays half as much again for it. */
  likes: string;
  /** Pays half for it. */
  dislikes: string;
}

export const FAMILIES: Record<string, Family> = {
  carrow: {
    name: 'House Carrow',
    sells: ['moon_sap', 'red_sleep', 'grave_dust'],
    likes: 'heart',
    dislikes: 'hair',
  },
  tallow: {
    name: 'the Tallow King',
    sells: ['red_sleep', 'grave_dust', 'hollow_tea'],
    likes: 'skin',
    dislikes: 'eye',
  },
  ashby: { name: 'Lady Ashby', sells: ['veil', 'hollow_tea'], likes: 'eye', dislikes: 'hand' },
  voss: { name: 'Captain Voss', sells: ['moon_sap', 'veil', 'hollow_tea'], likes: 'hand', dislikes: 'liver' },
};
