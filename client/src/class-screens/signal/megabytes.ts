/** Bytes as people read them: "8.1 MB", with the decimal mark of the language. */
export function formatMegabytes(bytes: number, language: string): string {
  const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  return `${new Intl.NumberFormat(language, digits).format(bytes / 1_000_000)} MB`;
}
