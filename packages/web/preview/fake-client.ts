import {
  type ConnectionState,
  type NetraAuth,
  type NetraClient,
  NetraError,
  type RestRequest,
  type Run,
  type Store,
  type Thread,
  type ThreadState,
} from '@netra/client';
import type { SignedInUser, Thread as ThreadInfo } from '@netra/protocol';

/** One picture of the app: where it is and what the server would have said. */
export interface Scene {
  readonly path: string;
  readonly user?: SignedInUser;
  readonly sessionError?: NetraError;
  readonly signInError?: NetraError;
  readonly isChecking?: boolean;
  readonly connection?: ConnectionState;
  readonly threads?: readonly ThreadInfo[];
  readonly isListPending?: boolean;
  readonly listError?: NetraError;
  readonly thread?: ThreadState;
  /** What the server answers to requests of the console, by path; none: never. */
  readonly answers?: Readonly<Record<string, unknown>>;
  /** What the server answers to requests for a large result; none: never. */
  readonly largeResult?: { readonly value: unknown } | { readonly error: NetraError };
}

const never = new Promise<never>(() => undefined);

export function fakeAuth(scene: Scene): NetraAuth {
  const refuse = () => (scene.signInError === undefined ? never : Promise.reject(scene.signInError));
  return {
    signUp: refuse,
    signIn: refuse,
    verifySecondFactor: refuse,
    redeemLink: refuse,
    signInOptions: async () => ({ signUp: true, passwordReset: true, passkeys: false, providers: [] }),
    signInWith: refuse,
    requestPasswordReset: refuse,
    resetPassword: refuse,
    sendVerificationEmail: refuse,
    signOut: () => never,
    getToken: () => never,
    getSession: async () => {
      if (scene.isChecking === true) return never;
      if (scene.sessionError !== undefined) throw scene.sessionError;
      return scene.user === undefined ? undefined : { user: scene.user };
    },
  };
}

export function fakeClient(scene: Scene): NetraClient {
  const empty: ThreadState = {
    messages: [],
    openRuns: [],
    loading: false,
    hasOlder: false,
    loadingOlder: false,
  };
  const open = fakeThread(scene.thread ?? empty);
  const draft = fakeThread(empty);
  return {
    connection: still<ConnectionState>(scene.connection ?? openConnection),
    agents: { list: async () => [] },
    connect: () => undefined,
    close: () => undefined,
    request: <Body>({ path, answer }: RestRequest) =>
      scene.answers === undefined
        ? answerFor<Body>(scene.largeResult)
        : consoleAnswer<Body>(scene.answers[answer === 'text' ? `${path} text` : path]),
    threads: {
      list: async () => {
        if (scene.isListPending === true) return never;
        if (scene.listError !== undefined) throw scene.listError;
        return { items: [...(scene.threads ?? [])] };
      },
      create: () => never,
      get: () => never,
      rename: () => never,
      delete: () => never,
      messages: () => never,
      open: () => open,
      draft: () => draft,
      watch: () => () => undefined,
    },
  };
}

function answerFor<Body>(answer: Scene['largeResult']): Promise<Body> {
  if (answer === undefined) return never;
  // The caller names the shape of the answer.
  return 'error' in answer ? Promise.reject(answer.error) : Promise.resolve(answer.value as Body);
}

function consoleAnswer<Body>(answer: unknown): Promise<Body> {
  if (answer === undefined) return never;
  // The scene gives each path what the contract says.
  return answer instanceof NetraError ? Promise.reject(answer) : Promise.resolve(answer as Body);
}

const openConnection: ConnectionState = {
  status: 'open',
  transport: 'websocket',
  connectionId: 'con_1',
  userId: 'usr_1',
  roles: ['user'],
  permissions: ['chat'],
  attemptId: 'att_1',
  isDraining: false,
};

function fakeThread(state: ThreadState): Thread {
  return {
    ...still(state),
    threadId: state.threadId,
    send: fakeRun,
    retry: fakeRun,
    cancel: () => never,
    loadOlder: () => never,
  };
}

function fakeRun(): Run {
  return {
    id: 'ref_1',
    runId: undefined,
    accepted: never,
    result: () => never,
    cancel: () => never,
    [Symbol.asyncIterator]: () => ({ next: () => never }),
  };
}

function still<State>(state: State): Store<State> {
  return { getState: () => state, subscribe: () => () => undefined };
}
