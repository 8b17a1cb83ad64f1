import type { StartStack } from '../drill.ts';
import { newSecret } from '../lab/mint-token.ts';
import { openModelServer } from '../lab/model-server.ts';

/** Its agent speaks by a language model elsewhere, which answers as the message tells it. */
export const withModel: StartStack = async (lab) => {
  const model = await openModelServer();
  return lab.start({
    gatewayEnv: { OPENAI_BASE_URL: model.baseUrl, OPENAI_API_KEY: newSecret(), NETRA_MODEL: 'drill-model' },
    onStop: model.close,
  });
};
