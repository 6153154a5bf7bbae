import { Kind, type GraphQLResolveInfo, type SelectionSetNode } from 'graphql';

/** Tells which fields of a field's items are selected. */
export class Selected {
  /** By a field's nodes, which a compiled operation keeps. */
  readonly #names = new WeakMap<object, ReadonlySet<string>>();

  /** `path`: where the items lie below the field. */
  constructor(readonly path: readonly string[]) {}

  /** On whatever types; what variables may skip counts as selected. */
  names(info: GraphQLResolveInfo): ReadonlySet<string> {
    const known = this.#names.get(info.fieldNodes);
    if (known !== undefined) return known;
    const names = new Set<string>();
    for (const { selectionSet } of info.fieldNodes) this.#walk(info, selectionSet, { depth: 0, names });
    this.#names.set(info.fieldNodes, names);
    return names;
  }

  #walk(
    info: GraphQLResolveInfo,
    set: SelectionSetNode | undefined,
    { depth, names }: { readonly depth: number; readonly names: Set<string> },
  ): void {
    const step = this.path[depth];
    for (const selection of set?.selections ?? []) {
      if (selection.kind !== Kind.FIELD) {
        const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? info.fragments[selection.name.value] : selection;
        this.#walk(info, fragment?.selectionSet, { depth, names });
      } else if (step === undefined) names.add(selection.name.value);
      else if (step === selection.name.value) this.#walk(info, selection.selectionSet, { depth: depth + 1, names });
    }
  }
}
