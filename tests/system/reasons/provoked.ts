import type { Problem, ServerFrame } from '@netra/protocol';
import type { ReasonRig } from './reason-rig.ts';

type Frame<Type extends ServerFrame['type']> = Extract<ServerFrame, { type: Type }>;

/** How a reason was met. */
export type Provoked =
  /** `isRecorded`: by the gateway's judges, so that the attempt can be looked up. */
  | { readonly via: 'http'; readonly status: number; readonly problem: Problem; readonly isRecorded: boolean }
  | { readonly via: 'frame'; readonly frame: Frame<'error'> }
  | { readonly via: 'close'; readonly code: number; readonly reason: string }
  | { readonly via: 'run'; readonly event: Frame<'agent_failed'> }
  /** Never sent: the client has gone. */
  | { readonly via: 'record'; readonly code: string };

/** Makes a running gateway give one reason, by the shortest way; several where it is given in several ways. */
export type Provoker = (rig: ReasonRig) => Promise<Provoked>;
