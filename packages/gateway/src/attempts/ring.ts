/** The latest of many, at a cost of one assignment each: a map of the same size costs a flood ten times that. */
export class Ring<Item> {
  readonly #slots: Item[] = [];
  readonly #size: number;
  #next = 0;

  constructor(size: number) {
    this.#size = size;
  }

  push(item: Item): void {
    this.#slots[this.#next] = item;
    this.#next = (this.#next + 1) % this.#size;
  }

  /** Nothing happens where it is not there. */
  change(isIt: (item: Item) => boolean, changed: (item: Item) => Item): void {
    const index = this.#slots.findIndex(isIt);
    const item = this.#slots[index];
    if (item !== undefined) this.#slots[index] = changed(item);
  }

  /** In no order. */
  items(): readonly Item[] {
    return this.#slots;
  }
}
