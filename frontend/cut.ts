import type { ESTree, Plugin } from "vite";

/**
 * Cut a library that is one module in two: one half holds the names for which *isFirst*, and what these need; the other
 * the rest. A bundler never cuts a module itself, so the first load would bring all that any part takes of the library
 * which is loaded later. Nothing is there twice: whoever imports the library has both halves.
 */
export function cut(library: string, isFirst: (name: string) => boolean): Plugin {
  let cutId = "";
  let halves: Halves | null = null;
  return {
    name: `rdit:cut ${library}`,
    apply: "build",
    enforce: "pre",
    async resolveId(source, importer) {
      if (cutId && (source === cutId + FIRST || source === cutId + REST))
        return { id: source, moduleSideEffects: false };
      if (source !== library || !importer) return null;
      const resolved = await this.resolve(source, importer, { skipSelf: true });
      if (resolved) cutId = resolved.id;
      return resolved;
    },
    transform(code, id) {
      if (!cutId || ![cutId, cutId + FIRST, cutId + REST].includes(id)) return null;
      halves ??= new Halves(code, this.parse(code).body, isFirst);
      if (id === cutId) return { code: halves.whole(id), map: null };
      return { code: id === cutId + FIRST ? halves.first() : halves.rest(cutId), map: null };
    },
  };
}

const FIRST = "?first";
const REST = "?rest";

/** A statement of the library's module: what it declares, mentions and assigns to. */
interface Statement {
  readonly code: string;
  readonly declared: readonly string[];
  readonly mentioned: ReadonlySet<string>;
  readonly assigned: ReadonlySet<string>;
}

class Halves {
  readonly #imports: ESTree.ImportDeclaration[] = [];
  /** What the library hands on from another one. */
  readonly #passed: string[] = [];
  readonly #exports: string[] = [];
  readonly #statements: Statement[] = [];
  readonly #first = new Set<Statement>();

  constructor(code: string, body: readonly ESTree.Node[], isFirst: (name: string) => boolean) {
    for (const node of body) {
      const text = code.slice(node.start, node.end);
      if (node.type === "ImportDeclaration") this.#imports.push(node);
      else if (node.type === "ExportNamedDeclaration" && node.source) this.#passed.push(text);
      else if (node.type === "ExportNamedDeclaration" && !node.declaration)
        this.#exports.push(...node.specifiers.map(nameOfExport));
      else if (node.type.startsWith("Export"))
        throw new Error("A library that is cut exports its names in a list.");
      else this.#statements.push(statement(node, text));
    }
    this.#take(new Set(this.#exports.filter(isFirst)));
  }

  /** Take what is *needed* into the first half, and what that needs. */
  #take(needed: Set<string>): void {
    const declared = new Set(this.#statements.flatMap((one) => one.declared));
    for (let before = -1; before < this.#first.size; ) {
      before = this.#first.size;
      for (const one of this.#statements) {
        const isNeeded =
          one.declared.length === 0 || // it is there for what it does
          one.declared.some((name) => needed.has(name)) ||
          // What is imported from the other half cannot be assigned to.
          [...one.assigned].some((name) => declared.has(name) && needed.has(name));
        if (!isNeeded || this.#first.has(one)) continue;
        this.#first.add(one);
        for (const name of one.mentioned) needed.add(name);
      }
    }
  }

  whole(id: string): string {
    const ofFirst = new Set(namesOf(this.#half(true)));
    const [first, rest] = [true, false].map((isFirst) =>
      this.#exports.filter((name) => ofFirst.has(name) === isFirst).join(", "),
    );
    const [firstId, restId] = [FIRST, REST].map((query) => JSON.stringify(id + query));
    return [
      ...this.#passed,
      `export { ${first} } from ${firstId};`,
      `export { ${rest} } from ${restId};`,
    ].join("\n");
  }

  first(): string {
    return this.#module(this.#half(true), []);
  }

  rest(id: string): string {
    const half = this.#half(false);
    const mentioned = mentionedBy(half);
    const taken = namesOf(this.#half(true)).filter((name) => mentioned.has(name));
    return this.#module(half, [`import { ${taken.join(", ")} } from ${JSON.stringify(id + FIRST)};`]);
  }

  #half(isFirst: boolean): Statement[] {
    return this.#statements.filter((one) => this.#first.has(one) === isFirst);
  }

  #module(half: readonly Statement[], taken: readonly string[]): string {
    const mentioned = mentionedBy(half);
    // Only what is needed, as what is imported comes into the same load.
    const imports = this.#imports.flatMap(({ specifiers, source }) =>
      specifiers
        .filter(({ local }) => mentioned.has(local.name))
        .map((one) => `import ${textOfImport(one)} from ${JSON.stringify(source.value)};`),
    );
    const statements = half.map(({ code }) => code);
    return [...imports, ...taken, ...statements, `export { ${namesOf(half).join(", ")} };`].join("\n");
  }
}

function namesOf(half: readonly Statement[]): string[] {
  return half.flatMap(({ declared }) => declared);
}

function mentionedBy(half: readonly Statement[]): Set<string> {
  return new Set(half.flatMap(({ mentioned }) => [...mentioned]));
}

function textOfImport(specifier: ESTree.ImportDeclarationSpecifier): string {
  const { local } = specifier;
  if (specifier.type === "ImportNamespaceSpecifier") return `* as ${local.name}`;
  if (specifier.type === "ImportDefaultSpecifier") return `{ default as ${local.name} }`;
  if (specifier.imported.type !== "Identifier") throw new Error("A library that is cut imports names.");
  return `{ ${specifier.imported.name} as ${local.name} }`;
}

function nameOfExport({ local, exported }: ESTree.ExportSpecifier): string {
  if (local.type !== "Identifier" || exported.type !== "Identifier" || local.name !== exported.name)
    throw new Error("A library that is cut exports its names as they are.");
  return local.name;
}

function statement(node: ESTree.Node, code: string): Statement {
  const mentioned = new Set<string>();
  const assigned = new Set<string>();
  visit(node, mentioned, assigned);
  return { code, declared: declaredBy(node), mentioned, assigned };
}

function declaredBy(node: ESTree.Node): string[] {
  if (node.type === "ClassDeclaration" || node.type === "FunctionDeclaration")
    return node.id ? [node.id.name] : [];
  if (node.type !== "VariableDeclaration") return [];
  return node.declarations.map(({ id }) => {
    if (id.type !== "Identifier") throw new Error("A library that is cut declares one name at a time.");
    return id.name;
  });
}

/** Collect the names in *node*, also those that stand for something else in there: too many do no harm. */
function visit(node: ESTree.Node, mentioned: Set<string>, assigned: Set<string>): void {
  if (node.type === "Identifier") mentioned.add(node.name);
  const target =
    node.type === "AssignmentExpression"
      ? node.left
      : node.type === "UpdateExpression"
        ? node.argument
        : null;
  if (target) visit(target, assigned, assigned);
  for (const [role, value] of Object.entries(node)) {
    const isProperty = (role === "property" || role === "key") && "computed" in node && !node.computed;
    if (isProperty) continue;
    for (const child of Array.isArray(value) ? value : [value])
      if (child && typeof child.type === "string") visit(child, mentioned, assigned);
  }
}
