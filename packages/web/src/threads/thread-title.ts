/** The name of a thread on the screen; one without messages has none yet. */
export function threadTitle(thread: { readonly title: string } | undefined): string {
  return thread === undefined || thread.title.trim() === '' ? 'New chat' : thread.title;
}
