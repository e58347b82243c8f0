/**
 * Waits for what is being opened on a transport or router. mediasoup hands it out open when its holder was closed meanwhile,
 * and never closes it: it is closed here, and the rejection says that the holder is closed.
 */
export async function openOn<Opened extends { close(): void }>(
  holder: { readonly closed: boolean },
  opening: Promise<Opened>,
): Promise<Opened> {
  const opened = await opening;
  if (!holder.closed) return opened;
  opened.close();
  throw new Error('What it was opened on has closed meanwhile.');
}
