import { once } from 'node:events';
import { WebSocket } from 'ws';

/** For `NODE_OPTIONS` of a process whose heap is to be looked at: any free port, printed to its standard error. */
export const INSPECTED = '--inspect=127.0.0.1:0';

/** Bytes on the heap and in the buffers of a process after a garbage collection, by its inspector, whose address its output holds. */
export async function heapBytesOf(output: string): Promise<number> {
  // The process that serves is the last that was started.
  const address = output
    .match(/Debugger listening on (ws:\S+)/g)
    ?.at(-1)
    ?.split(' ')
    .at(-1);
  if (address === undefined) throw new Error('the process prints no address of an inspector');
  const socket = new WebSocket(address);
  await once(socket, 'open');
  let calls = 0;
  const call = async (method: string, params: object = {}): Promise<{ result: { value: number } }> => {
    const id = ++calls;
    socket.send(JSON.stringify({ id, method, params }));
    for (;;) {
      const [data] = await once(socket, 'message');
      const answer = JSON.parse(String(data));
      if (answer.id === id) return answer.result;
    }
  };
  await call('HeapProfiler.collectGarbage');
  await call('HeapProfiler.collectGarbage');
  const expression = '(({ heapUsed, external }) => heapUsed + external)(process.memoryUsage())';
  const { result } = await call('Runtime.evaluate', { expression });
  socket.close();
  return result.value;
}
