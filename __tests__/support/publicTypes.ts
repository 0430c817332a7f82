import { sep } from 'node:path';
import ts from 'typescript';

/** An exported declaration, and a type in it that the same entry does not export. */
export interface Forgotten {
  readonly entry: string;
  readonly declaration: string;
  readonly type: string;
}

/**
 * The types of our own that the public signatures of each entry name and its exports do not, from the
 * built declarations, in which every type stands written out.
 */
export function forgottenTypes(entries: readonly string[], ours: string): Forgotten[] {
  const program = ts.createProgram([...entries], options);
  const checker = program.getTypeChecker();
  return entries.flatMap((entry) => {
    const source = program.getSourceFile(entry)!;
    const exported = new Set<ts.Symbol>();
    const declarations: [name: string, ts.Declaration][] = [];
    const visit = (module: ts.Symbol, prefix: string): void => {
      for (const symbol of checker.getExportsOfModule(module)) {
        const real = resolve(checker, symbol);
        if (exported.has(real)) continue;
        exported.add(real);
        const name = `${prefix}${symbol.name}`;
        if (real.flags & ts.SymbolFlags.ValueModule) visit(real, `${name}.`);
        else for (const node of real.declarations ?? []) declarations.push([name, node]);
      }
    };
    visit(checker.getSymbolAtLocation(source)!, '');
    const own = ours.split(sep).join('/');
    return declarations.flatMap(([declaration, node]) =>
      named(checker, node)
        .filter((symbol) => symbol.declarations?.some((d) => isOurs(d, own)))
        .filter((symbol) => !exported.has(symbol))
        .map(({ name: type }) => ({ entry, declaration, type })),
    );
  });
}

/** The names, of types too, under which two entries export two different things. */
export function ambiguousNames(entries: readonly string[]): string[] {
  const program = ts.createProgram([...entries], options);
  const checker = program.getTypeChecker();
  const seen = new Map<string, ts.Symbol>();
  return entries.flatMap((entry) => {
    const module = checker.getSymbolAtLocation(program.getSourceFile(entry)!)!;
    return checker.getExportsOfModule(module).flatMap((symbol) => {
      const real = resolve(checker, symbol);
      const other = seen.get(symbol.name) ?? real;
      seen.set(symbol.name, real);
      return other === real ? [] : [symbol.name];
    });
  });
}

const options = { module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022, types: [] };

const isOurs = (declaration: ts.Declaration, own: string) =>
  declaration.getSourceFile().fileName.startsWith(own) &&
  !ts.isTypeParameterDeclaration(declaration);

const resolve = (checker: ts.TypeChecker, symbol: ts.Symbol) =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;

/** The types that a declaration names, but for its private parts. */
function named(checker: ts.TypeChecker, node: ts.Node): ts.Symbol[] {
  if (ts.canHaveModifiers(node) && isPrivate(node)) return [];
  const found: ts.Symbol[] = [];
  const name = nameIn(node);
  const symbol = name && checker.getSymbolAtLocation(name);
  if (symbol) found.push(resolve(checker, symbol));
  ts.forEachChild(node, (child) => {
    found.push(...named(checker, child));
  });
  return found;
}

const isPrivate = (node: ts.HasModifiers) =>
  node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword) ?? false;

function nameIn(node: ts.Node): ts.Node | undefined {
  if (ts.isTypeReferenceNode(node)) return node.typeName;
  if (ts.isExpressionWithTypeArguments(node)) return node.expression;
  if (ts.isImportTypeNode(node)) return node.qualifier;
  return undefined;
}
