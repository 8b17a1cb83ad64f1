export type {
  Agent,
  AgentEvent,
  AgentFromRunOptions,
  OnInterrupt,
  ToolFailure,
  Turn,
  TurnMessage,
  TurnUser,
} from './agent.ts';
export { agentFromRun } from './agent.ts';
export type { AgentRunCode } from './agent-error.ts';
export { AgentError } from './agent-error.ts';
export type { AgentOptions } from './define-agent.ts';
export { defineAgent } from './define-agent.ts';
export type { DocsIndex } from './docs-index/docs-index.ts';
export { createDocsIndex } from './docs-index/docs-index.ts';
export type { GuideOptions } from './guide/guide.ts';
export { createGuide } from './guide/guide.ts';
export type {
  AttemptExplanation,
  DocsHit,
  ExplainedAttempt,
  GuideProbes,
  ProbeScope,
  RecentRefusals,
  ServiceStatus,
  WhoAmI,
} from './guide/probes.ts';
export type { BuiltInModelOptions } from './models/built-in/built-in-model.ts';
export { createBuiltInModel } from './models/built-in/built-in-model.ts';
export type {
  ChatModel,
  ModelFinish,
  ModelMessage,
  ModelPart,
  ModelRequest,
  ModelTool,
  ModelToolCall,
  ModelToolResult,
} from './models/model.ts';
export type { ModelSettings, SelectedModel, SelectModelOptions } from './models/select-model.ts';
export { selectModel } from './models/select-model.ts';
export type { PreparedCall, Tool, ToolContext, ToolOptions } from './tool.ts';
export { defineTool } from './tool.ts';
