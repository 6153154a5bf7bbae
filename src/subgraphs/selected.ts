import { Kind, type GraphQLResolveInfo, type SelectionSetNode } from 'graphql';

/** Asks of a field whether more of its items is selected than some names. */
export class Selected {
  /** By a field's nodes, which a compiled operation keeps. */
  readonly #more = new WeakMap<object, boolean>();

  constructor(
    /** Where the items lie below the field. */
    readonly path: readonly string[],
    readonly names: ReadonlySet<string>,
  ) {}

  /** What variables may skip counts as selected. */
  more(info: GraphQLResolveInfo): boolean {
    let more = this.#more.get(info.fieldNodes);
    if (more === undefined) {
      const sets = info.fieldNodes.flatMap(({ selectionSet }) => selectionSet ?? []);
      this.#more.set(info.fieldNodes, (more = sets.some((set) => this.#beyond(info, set, 0))));
    }
    return more;
  }

  #beyond(info: GraphQLResolveInfo, set: SelectionSetNode, depth: number): boolean {
    const step = this.path[depth];
    return set.selections.some((selection) => {
      if (selection.kind !== Kind.FIELD) {
        const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? info.fragments[selection.name.value] : selection;
        return fragment === undefined || this.#beyond(info, fragment.selectionSet, depth);
      }
      if (step === undefined) return !this.names.has(selection.name.value);
      if (step !== selection.name.value || selection.selectionSet === undefined) return false;
      return this.#beyond(info, selection.selectionSet, depth + 1);
    });
  }
}
