import type { LanguageModel } from 'ai';
import { createAiSdkModel } from './ai-sdk-model.ts';
import { createBuiltInModel } from './built-in/built-in-model.ts';
import { firstListedModel } from './first-listed-model.ts';
import type { ChatModel } from './model.ts';

/** The model settings of an installation; undefined is "not set". */
export interface ModelSettings {
  readonly openaiApiKey?: string | undefined;
  readonly openaiBaseUrl?: string | undefined;
  readonly anthropicApiKey?: string | undefined;
  readonly googleApiKey?: string | undefined;
  /** `provider/model` (provider `openai`, `anthropic` or `google`) or a bare model id. */
  readonly model?: string | undefined;
}

export interface SelectModelOptions {
  /** Of a request that failed before its first byte. Default 1, after 2 s or what `Retry-After` says: somebody is waiting. */
  readonly maxRetries?: number;
}

export interface SelectedModel {
  readonly model: ChatModel;
  readonly name: string;
  readonly provider: string;
  /** Whether no language model is configured and the built-in one answers. */
  readonly builtIn: boolean;
  /** What the operator should know about the choice, e.g. a NETRA_MODEL without its key. */
  readonly notes: readonly string[];
  /** One line for the start banner, e.g. `OpenAI gpt-5.4-mini`. */
  describe(): string;
}

type ProviderId = 'openai' | 'anthropic' | 'google';

interface Provider {
  readonly id: ProviderId;
  readonly label: string;
  readonly setting: string;
  readonly defaultModel: string;
  readonly isConfigured: (settings: ModelSettings) => boolean;
  readonly load: (settings: ModelSettings, model: string) => Promise<LanguageModel>;
}

/** In order of preference when several are configured. */
const PROVIDERS: readonly Provider[] = [
  {
    id: 'openai',
    label: 'OpenAI',
    setting: 'OPENAI_API_KEY',
    defaultModel: 'gpt-5.4-mini',
    isConfigured: ({ openaiApiKey, openaiBaseUrl }) => isSet(openaiApiKey) || isSet(openaiBaseUrl),
    load: loadOpenAi,
  },
  {
    id: 'anthropic',
    label: 'Anthropic',
    setting: 'ANTHROPIC_API_KEY',
    defaultModel: 'claude-sonnet-5-5',
    isConfigured: ({ anthropicApiKey }) => isSet(anthropicApiKey),
    load: async ({ anthropicApiKey = '' }, model) => {
      const { createAnthropic } = await import('@ai-sdk/anthropic');
      return createAnthropic({ apiKey: anthropicApiKey })(model);
    },
  },
  {
    id: 'google',
    label: 'Google',
    setting: 'GOOGLE_GENERATIVE_AI_API_KEY',
    // The provider's alias for its current one.
    defaultModel: 'gemini-flash-latest',
    isConfigured: ({ googleApiKey }) => isSet(googleApiKey),
    load: async ({ googleApiKey = '' }, model) => {
      const { createGoogleGenerativeAI } = await import('@ai-sdk/google');
      return createGoogleGenerativeAI({ apiKey: googleApiKey })(model);
    },
  },
];

/** Stands for "ask the server which models it has, take the first". */
const FIRST_LISTED = '(first model of the server)';

/** Chooses the model that the settings ask for. Loads nothing and calls nobody: that happens at the first run. */
export function selectModel(
  settings: ModelSettings,
  { maxRetries = 1 }: SelectModelOptions = {},
): SelectedModel {
  const wanted = readWanted(settings.model);
  const configured = PROVIDERS.filter(({ isConfigured }) => isConfigured(settings));
  const provider =
    configured.find(({ id }) => id === wanted.provider) ?? (wanted.provider ? undefined : configured[0]);
  if (provider === undefined) return builtIn(wantedWithoutKey(wanted, settings.model));
  const hasOwnServer = provider.id === 'openai' && isSet(settings.openaiBaseUrl);
  const label = hasOwnServer ? 'OpenAI-compatible server' : provider.label;
  const name = wanted.model ?? (hasOwnServer ? FIRST_LISTED : provider.defaultModel);
  const model = createAiSdkModel({
    provider: label,
    name,
    maxRetries,
    load: () => provider.load(settings, name),
  });
  const others = configured.filter(({ id }) => id !== provider.id).map(({ label: other }) => other);
  const notes = [
    ...(others.length > 0 && !wanted.provider
      ? [`${others.join(' and ')} is configured too; NETRA_MODEL=provider/model chooses.`]
      : []),
    ...(name === FIRST_LISTED
      ? ['NETRA_MODEL is not set: the first model that OPENAI_BASE_URL lists is used.']
      : []),
  ];
  return { model, name, provider: label, builtIn: false, notes, describe: () => `${label} ${name}` };
}

function builtIn(notes: readonly string[]): SelectedModel {
  const model = createBuiltInModel();
  const describe = () => 'built-in guide (no model configured)';
  return { model, name: model.name, provider: model.provider, builtIn: true, notes, describe };
}

/** `llama3.1/8b` and the like are bare ids: only the names of providers are split off. */
function readWanted(value: string | undefined): { readonly provider?: ProviderId; readonly model?: string } {
  const text = value?.trim() ?? '';
  if (text === '') return {};
  const provider = PROVIDERS.find(({ id }) => text.startsWith(`${id}/`));
  if (!provider) return { model: text };
  return { provider: provider.id, model: text.slice(provider.id.length + 1) };
}

function wantedWithoutKey(wanted: { readonly provider?: ProviderId }, model = ''): string[] {
  if (model.trim() === '') return [];
  const settings = PROVIDERS.filter(({ id }) => wanted.provider === undefined || id === wanted.provider);
  const missing = settings.map(({ setting }) => setting).join(' or ');
  return [`NETRA_MODEL is ${model.trim()}, but ${missing} is not set; the built-in guide answers.`];
}

async function loadOpenAi(
  { openaiApiKey, openaiBaseUrl }: ModelSettings,
  model: string,
): Promise<LanguageModel> {
  if (!isSet(openaiBaseUrl)) {
    const { createOpenAI } = await import('@ai-sdk/openai');
    return createOpenAI({ apiKey: openaiApiKey ?? '' })(model);
  }
  const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
  const key = isSet(openaiApiKey) ? { apiKey: openaiApiKey } : {};
  const provider = createOpenAICompatible({
    name: 'openai-compatible',
    baseURL: openaiBaseUrl,
    includeUsage: true,
    ...key,
  });
  return provider(
    model === FIRST_LISTED ? await firstListedModel({ baseUrl: openaiBaseUrl, ...key }) : model,
  );
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value.trim() !== '';
}
