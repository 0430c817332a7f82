/** What is said about one change or slip. */
export interface Words {
  readonly id: string;
  /** Without its full stop. */
  readonly sentence: string;
  /** The code that belongs at the site, where it can be written. */
  readonly write?: string | undefined;
}

/** What is said to the one who wrote the code. */
export interface Said {
  readonly id: string;
  readonly sentence: string;
  /** The line as it should be. */
  readonly correction?: string;
}
