// The architecture's table as lint rules, so that an editor shows a breach while it is typed. test/architecture.test.ts holds the rest.
import { fences as packageFences, rooms } from './rooms.js';

const every = Object.keys(rooms);

const noEnvironment = {
  selector: "MemberExpression[object.name='process'][property.name='env']",
  message: 'The environment is read in src/config only. Fix: take the value as an option.',
};

/** No values from rooms that the room's row does not name, and no packages fenced off from the whole room. */
function restrictedImports(room) {
  const foreign = every.filter((other) => other !== room && !rooms[room].includes(other));
  const fenced = packageFences.filter(
    ({ places }) => !places.some((place) => place === room || place.startsWith(`${room}/`)),
  );
  return [
    ...foreign.map((other) => ({
      regex: `^(\\.\\./)+${other}(/|$)`,
      allowTypeImports: true,
      message: `${room} may not import values from ${other}. Fix: see the table in ARCHITECTURE.md; pass it in from app, or move the code.`,
    })),
    ...fenced.map(({ packages, places }) => ({
      regex: `^(${packages.join('|')})${packages.some((name) => name.endsWith('/')) ? '' : '(/|$)'}`,
      allowTypeImports: true,
      message: `Only ${places.join(' and ')} may import this package. Fix: use what that room exports.`,
    })),
  ];
}

export const fences = every.map((room) => ({
  files: [`src/${room}/**/*.ts`],
  rules: {
    '@typescript-eslint/no-restricted-imports': ['error', { patterns: restrictedImports(room) }],
    'no-restricted-syntax': room === 'config' ? 'off' : ['error', noEnvironment],
  },
}));
