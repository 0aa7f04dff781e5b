/** Page parameters of a query, no more of them than the contract allows: clients ask for what another server allows. */
export function pageQuery(
  { cursor, limit }: Readonly<Record<string, string>>,
  maximum: number,
): { cursor?: string; limit?: string } {
  const wanted = Number(limit);
  return {
    ...(cursor === undefined ? {} : { cursor }),
    ...(limit === undefined || !Number.isInteger(wanted)
      ? {}
      : { limit: String(Math.min(Math.max(wanted, 1), maximum)) }),
  };
}
