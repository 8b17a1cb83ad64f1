/** What kind of fault it is, for programs. */
export type ConfigProblemCode =
  | 'missing'
  | 'invalid'
  | 'short'
  | 'weak'
  /** A default, or something that a document printed. */
  | 'known'
  | 'edge_space'
  | 'unreadable'
  /** Two settings that exclude each other, or two that must differ. */
  | 'conflict'
  /** It belongs to another environment. */
  | 'other_environment'
  | 'not_allowed'
  /** A name that is not read. */
  | 'legacy'
  | 'test_switch';

/** Something to mend: which setting, what is wrong, and the command or value that mends it. Never holds a value of a secret. */
export interface ConfigProblem {
  readonly setting: string;
  readonly code: ConfigProblemCode;
  readonly message: string;
  readonly fix: string;
}

/** Worth a line, no reason to refuse a start: an old name that is never read, say. */
export type ConfigNote = ConfigProblem;
