import { Download, FileText } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useClient } from '../../chat/client-context.ts';
import { Markdown } from '../../chat/Markdown.tsx';
import { Button } from '../../ui/Button.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { downloadText } from '../../ui/download-text.ts';
import { ErrorNotice } from '../../ui/ErrorNotice.tsx';
import { useSubmit } from '../../ui/use-submit.ts';
import { readReport } from '../console-requests.ts';
import { Panel } from '../Panel.tsx';

/** The five-whys report, to read, to copy and to hand on. */
export function ReportPanel({ id }: { id: string }) {
  const client = useClient();
  const [report, setReport] = useState<string>();
  const leaving = useRef(new AbortController());
  useEffect(() => {
    const mine = new AbortController();
    leaving.current = mine;
    return () => mine.abort();
  }, []);
  const { submit, isBusy, error } = useSubmit(async () =>
    setReport(await readReport(client, id, leaving.current.signal)),
  );
  return (
    <Panel
      title="Report"
      scope="Markdown, with the path as a Mermaid drawing"
      aside={
        report === undefined ? (
          <Button size="small" disabled={isBusy} onClick={() => submit()}>
            <FileText size={14} aria-hidden="true" />
            {isBusy ? 'Writing the report' : 'Show the report'}
          </Button>
        ) : (
          <>
            <CopyButton text={report} label="Copy the report" />
            <Button size="small" onClick={() => downloadText(`${id}.md`, report, 'text/markdown')}>
              <Download size={14} aria-hidden="true" />
              Download
            </Button>
          </>
        )
      }
    >
      {error !== undefined && (
        <div className="px-4 pb-4">
          <ErrorNotice error={error} />
        </div>
      )}
      {report !== undefined && (
        <div data-testid="report" className="border-t border-line px-4 py-4 sm:px-6">
          <Markdown text={report} />
        </div>
      )}
    </Panel>
  );
}
