import { type ExplanationBody, REASONS } from '@netra/protocol';
import { Check, Minus, MonitorSmartphone, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from '../../ui/class-names.ts';
import { Code } from '../Code.tsx';
import { Panel } from '../Panel.tsx';
import { duration } from '../time-words.ts';
import { type DrawnStep, drawPath } from './draw-path.ts';

/** The way of the attempt through the server, drawn to its time, with the step at which it ended. */
export function PathPanel({ explanation }: { explanation: ExplanationBody }) {
  const { steps, totalMs } = drawPath(explanation.path);
  if (steps.length === 0) return null;
  const answer = answerOf(explanation);
  return (
    <Panel title="The path" scope={`${duration(totalMs)} in all`}>
      <ol className="px-4 pt-1 pb-4 text-sm">
        <Node
          mark={<MonitorSmartphone size={13} aria-hidden="true" />}
          look="border-line bg-sunken text-ink-soft"
        >
          <span className="text-ink-soft">Client</span>
        </Node>
        {steps.map((step) => (
          <StepNode key={step.step} step={step} />
        ))}
        <Node isLast mark={<X size={13} aria-hidden="true" />} look="border-danger bg-danger text-danger-ink">
          <span className="flex flex-wrap items-baseline gap-x-2 font-medium text-danger-text">
            {answer}
            <Code>{explanation.code}</Code>
          </span>
        </Node>
      </ol>
    </Panel>
  );
}

/** As the client got it. */
function answerOf({ subject, code }: ExplanationBody): string {
  const { http, close } = REASONS[code];
  if (subject.kind === 'connection' && close !== null) return `Closed ${close}`;
  return http === null ? 'Ended' : `HTTP ${http}`;
}

const marks = { ok: Check, skipped: Minus, failed: X };
const looks = {
  ok: 'border-line bg-surface text-ok-text',
  skipped: 'border-line bg-sunken text-ink-faint',
  failed: 'border-danger bg-danger-soft text-danger-text',
};

function StepNode({ step }: { step: DrawnStep }) {
  const Mark = marks[step.state];
  const isFailed = step.state === 'failed';
  return (
    <Node mark={<Mark size={13} aria-hidden="true" />} look={looks[step.state]} state={step.state}>
      <span
        className={classNames(
          'flex items-center gap-3 rounded-md',
          isFailed && '-mx-2 bg-danger-soft px-2 py-1 font-medium',
        )}
      >
        <Code className={classNames('w-36 shrink-0 max-sm:w-28', isFailed ? 'text-danger-text' : 'text-ink')}>
          {step.step}
        </Code>
        <span aria-hidden="true" className="relative h-1.5 flex-1 rounded-full bg-sunken">
          <span
            className={classNames(
              'absolute h-full min-w-0.5 rounded-full',
              isFailed ? 'bg-danger' : 'bg-accent',
            )}
            style={{ left: `${step.startShare * 100}%`, width: `${step.share * 100}%` }}
          />
        </span>
        <span
          className={classNames(
            'w-18 shrink-0 text-right text-xs max-sm:hidden',
            isFailed ? 'text-danger-text' : 'text-ink-faint',
          )}
        >
          {step.outcome === 'ok' ? '' : step.outcome.replaceAll('_', ' ')}
        </span>
        <span
          className={classNames(
            'w-16 shrink-0 text-right text-xs tabular-nums',
            isFailed ? 'text-danger-text' : 'text-ink-soft',
          )}
        >
          {duration(step.durationMs)}
        </span>
      </span>
    </Node>
  );
}

type NodeProps = { mark: ReactNode; look: string; isLast?: boolean; state?: string; children: ReactNode };

function Node({ mark, look, isLast = false, state, children }: NodeProps) {
  return (
    <li data-state={state} className="relative flex items-center gap-3.5 py-1">
      {!isLast && (
        <span aria-hidden="true" className="absolute top-1/2 left-[0.71875rem] h-full w-px bg-line" />
      )}
      <span
        className={classNames('relative grid size-6 shrink-0 place-items-center rounded-full border', look)}
      >
        {mark}
      </span>
      <div className="min-w-0 flex-1">{children}</div>
    </li>
  );
}
