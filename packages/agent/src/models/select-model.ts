import type { ChatModel } from './model.ts';

/** The model settings of an installation; undefined is "not set". */
export interface ModelSettings {
  readonly openaiApiKey?: string | undefined;
  readonly openaiBaseUrl?: string | undefined;
  readonly anthropicApiKey?: string | undefined;
  readonly googleApiKey?: string | undefined;
  /** `provider/model` or a bare model id. */
  readonly model?: string | undefined;
}

export interface SelectedModel {
  readonly model: ChatModel;
  readonly name: string;
  readonly provider: string;
  /** Whether no language model is configured and the built-in one answers. */
  readonly builtIn: boolean;
  /** What the operator should know about the choice, e.g. a NETRA_MODEL without its key. */
  readonly notes: readonly string[];
  /** One line for the start banner, e.g. `OpenAI gpt-5-mini`. */
  describe(): string;
}

/** Chooses the model that the settings ask for. Loads nothing and calls nobody: that happens at the first run. */
export function selectModel(_settings: ModelSettings): SelectedModel {
  throw new Error('in progress');
}
