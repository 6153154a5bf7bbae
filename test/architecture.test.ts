import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';
// @ts-expect-error plain JavaScript: the lint configuration reads it too
import { budgets, fences, ports, rooms, siblings } from '../scripts/rooms.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const table = rooms as Readonly<Record<string, readonly string[]>>;
const shown = ports as Readonly<Record<string, readonly string[]>>;
const fenceList = fences as readonly { packages: readonly string[]; places: readonly string[] }[];

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

const filesUnder = (directory: string): string[] =>
  readdirSync(join(root, directory), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();

function importsOf(file: string): Import[] {
  const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    if (
      (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) &&
      node.moduleSpecifier !== undefined &&
      ts.isStringLiteral(node.moduleSpecifier)
    ) {
      const typeOnly = ts.isImportDeclaration(node) ? node.importClause?.isTypeOnly === true : node.isTypeOnly;
      found.push({ from: file, to: target(file, node.moduleSpecifier.text), typeOnly });
    } else if (
      ts.isCallExpression(node) &&
      node.expression.kind === ts.SyntaxKind.ImportKeyword &&
      node.arguments[0] !== undefined &&
      ts.isStringLiteral(node.arguments[0])
    ) {
      found.push({ from: file, to: target(file, node.arguments[0].text), typeOnly: false });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const target = (file: string, specifier: string): string =>
  specifier.startsWith('.')
    ? relative(root, resolve(root, dirname(file), specifier)).replace(/\.js$/, '.ts')
    : specifier;

const roomOf = (file: string): string | null => {
  const [top, second = ''] = file.split('/');
  if (top !== 'src') return null;
  return second === 'main.ts' ? 'main' : second;
};

const source = filesUnder('src');
const imports = source.flatMap(importsOf);
const inside = imports.filter(({ to }) => to.startsWith('src/'));

describe('who may import whom', () => {
  test('every room of src stands in the table', () => {
    const unknown = [...new Set(source.map(roomOf))].filter(
      (room) => room !== null && room !== 'main' && !(room in table),
    );
    expect(unknown).toEqual([]);
  });

  test('values are imported only from rooms that the table names', () => {
    const breaches = inside
      .filter(({ typeOnly }) => !typeOnly)
      .map((one) => ({ ...one, room: roomOf(one.from) ?? '', other: roomOf(one.to) ?? '' }))
      .filter(({ room, other }) => room !== other && room !== 'main' && !(table[room] ?? []).includes(other))
      .map(
        ({ from, to, room, other }) =>
          `${from} imports ${to}: ${room} may not import ${other}. Fix: pass it in from app, or move the code.`,
      );
    expect(breaches).toEqual([]);
  });

  test('across rooms only a port or an index.ts is imported', () => {
    const open = ['model', 'lib', 'errors', 'config'];
    const breaches = inside
      .map((one) => ({ ...one, room: roomOf(one.from) ?? '', other: roomOf(one.to) ?? '' }))
      .filter(({ room, other }) => room !== other && !open.includes(other))
      .filter(({ room, to, other }) => !isDoor(to, other, room))
      .map(({ from, to }) => `${from} imports ${to}. Fix: import the room's index.ts or its port.`);
    expect(breaches).toEqual([]);
  });

  test('siblings never import each other', () => {
    const part = (file: string): string | null => {
      const [, room = '', name = ''] = file.split('/');
      return (siblings as string[]).includes(room) && !name.endsWith('.ts') ? `${room}/${name}` : null;
    };
    const breaches = inside
      .filter(
        ({ from, to }) =>
          part(from) !== null && part(to) !== null && part(from) !== part(to) && roomOf(from) === roomOf(to),
      )
      .map(({ from, to }) => `${from} imports its sibling ${to}. Fix: a local stub, or a file shared by the room.`);
    expect(breaches).toEqual([]);
  });

  test('third-party packages stay behind their fences', () => {
    const breaches = imports.flatMap(({ from, to }) =>
      fenceList
        .filter(({ packages }) =>
          packages.some((name) =>
            name.endsWith('/') ? to.startsWith(name) : to === name || to.startsWith(`${name}/`),
          ),
        )
        .filter(({ places }) => !places.some((place) => from.startsWith(`src/${place}`)))
        .map(({ places }) => `${from} imports ${to}. Fix: only ${places.join(', ')} may.`),
    );
    expect(breaches).toEqual([]);
  });

  test('src never imports devnet, and devnet imports only plain rooms of src', () => {
    const allowed = ['config', 'model', 'errors', 'lib'];
    const outside = imports
      .filter(({ to }) => /^(devnet|test|bench|chaincode|contracts)\//.test(to))
      .map(({ from, to }) => `${from} imports ${to}`);
    const devnet = filesUnder('devnet')
      .flatMap(importsOf)
      .filter(({ to }) => to.startsWith('src/') && !allowed.includes(roomOf(to) ?? ''))
      .map(({ from, to }) => `${from} imports ${to}`);
    expect([...outside, ...devnet]).toEqual([]);
  });

  test('process.env is read in config alone', () => {
    const readers = source.filter(
      (file) => !file.startsWith('src/config/') && /process\.env/.test(readFileSync(join(root, file), 'utf8')),
    );
    expect(readers).toEqual([]);
  });

  test('a scope is granted only by access and the maintenance of the composition root', () => {
    const granting = source.filter((file) => /grantScope\(/.test(readFileSync(join(root, file), 'utf8')));
    expect(granting.filter((file) => !/^src\/(access|model|app|ingest)\//.test(file))).toEqual([]);
  });

  test('ARCHITECTURE.md shows the same table', () => {
    const page = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
    const rows = Object.entries(table).map(
      ([room, may]) => `| ${room} | ${may.length === 0 ? 'nothing' : may.join(', ')} |`,
    );
    expect(rows.filter((row) => !page.includes(row))).toEqual([]);
  });
});

function isDoor(to: string, other: string, room: string): boolean {
  const inRoom = to.slice(`src/${other}/`.length);
  if (inRoom === 'index.ts' || (shown[other] ?? []).includes(inRoom)) return true;
  return room === 'app' && /^[^/]+\/index\.ts$/.test(inRoom);
}

describe('budgets', () => {
  const lines = (file: string): number => readFileSync(join(root, file), 'utf8').split('\n').length - 1;

  test('no file of src or devnet is longer than allowed, and the median of src is short', () => {
    const limit = (budgets as { maxLines: number }).maxLines;
    const long = [...source, ...filesUnder('devnet')]
      .filter((file) => lines(file) > limit)
      .map((file) => `${file}: ${lines(file)} lines. Fix: split it by noun.`);
    expect(long).toEqual([]);
    const sorted = source.map(lines).sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual((budgets as { medianLines: number }).medianLines);
  });

  test('there are no import cycles', () => {
    const all = [...imports, ...filesUnder('devnet').flatMap(importsOf)].filter(
      ({ typeOnly, to }) => !typeOnly && /^(src|devnet)\//.test(to),
    );
    const graph = new Map<string, string[]>();
    for (const { from, to } of all) graph.set(from, [...(graph.get(from) ?? []), to]);
    expect(cyclesIn(graph)).toEqual([]);
  });
});

function cyclesIn(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const path: string[] = [];
  const cycles: string[] = [];
  const walk = (file: string): void => {
    if (path.includes(file)) {
      cycles.push([...path.slice(path.indexOf(file)), file].join(' → '));
      return;
    }
    if (done.has(file)) return;
    path.push(file);
    for (const next of graph.get(file) ?? []) walk(next);
    path.pop();
    done.add(file);
  };
  for (const file of graph.keys()) walk(file);
  return cycles;
}
