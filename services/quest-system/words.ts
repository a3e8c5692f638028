/** What there is where the caller names nothing. */
export const PLACES = [
  'the old mill',
  'the drowned chapel',
  'the salt mine',
  'the north gate',
  'the witchwood',
];
export const NPCS = ['the miller', 'the ferrywoman', 'a wounded courier', 'the bell ringer', 'the herbalist'];
export const ITEMS = ['silver thistle', 'sealed letter', 'iron ingot', 'lamp oil', 'grave moss'];

/** From which level on a player meets them. */
const ENEMIES: [level: number, name: string][] = [
  [1, 'giant rat'],
  [1, 'wild dog'],
  [4, 'wolf'],
  [8, 'bandit'],
  [15, 'ghoul'],
  [25, 'ogre'],
  [40, 'wyvern'],
  [60, 'wraith'],
  [80, 'demon'],
];
/** Of those that a player could meet, the strongest. */
const WORTHY = 3;

export function enemiesFor(level: number): string[] {
  return ENEMIES.filter(([from]) => from <= level)
    .slice(-WORTHY)
    .map(([, name]) => name);
}
