/** The text of a form's field, without the spaces around it; passwords must keep theirs. */
export function formText(form: FormData, name: string, { keepSpaces = false } = {}): string {
  const value = form.get(name);
  if (typeof value !== 'string') return '';
  return keepSpaces ? value : value.trim();
}
