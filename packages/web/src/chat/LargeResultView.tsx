import { Download } from 'lucide-react';
import { Button } from '../ui/Button.tsx';
import { downloadText } from '../ui/download-text.ts';
import { ErrorNotice } from '../ui/ErrorNotice.tsx';
import { sizeInWords } from '../ui/size.ts';
import { Waiting } from '../ui/Waiting.tsx';
import { JsonText } from './JsonBlock.tsx';
import { beginningOf, type ResultRef } from './large-result.ts';
import type { LargeResult } from './use-large-result.ts';

type LargeResultViewProps = { result: LargeResult; resultRef: ResultRef; toolName: string };

/** A result that came by reference: a button that fetches it, then its beginning and the whole as a file. */
export function LargeResultView({ result, resultRef, toolName }: LargeResultViewProps) {
  const { text, isLoading, error, load } = result;
  const size = sizeInWords(resultRef.bytes);
  if (text !== undefined) return <Loaded text={text} fileName={`${toolName}-result.json`} />;
  if (isLoading) {
    return (
      <div className="mt-2 flex h-8 items-center">
        <Waiting>Loading the result, {size}</Waiting>
      </div>
    );
  }
  return (
    <div className="mt-2 grid justify-items-start gap-2">
      {error !== undefined && <ErrorNotice error={error} />}
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <Button size="small" onClick={() => load(resultRef)}>
          {error === undefined ? 'Show the result' : 'Try again'}
        </Button>
        <span className="text-xs text-ink-faint">Large, so it is loaded on demand: {size}</span>
      </div>
    </div>
  );
}

function Loaded({ text, fileName }: { text: string; fileName: string }) {
  const shown = beginningOf(text);
  const download = () => downloadText(fileName, text, 'application/json');
  return (
    <>
      <JsonText label="Result" text={shown} copyText={text} />
      <div className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <Button size="small" onClick={download}>
          <Download size={14} aria-hidden="true" />
          Download
        </Button>
        <span role="status" className="text-xs text-ink-faint">
          {shown.length === text.length
            ? `This is the whole result, ${sizeInWords(text.length)} of text.`
            : `Only the first ${sizeInWords(shown.length)} of ${sizeInWords(text.length)} are shown; copying and downloading give all of it.`}
        </span>
      </div>
    </>
  );
}
