/** Text that would do harm wherever it is not escaped: as an element, in an attribute, in a style, or by its direction. */
export const hostile: string =
  `</title></style></script><script>window.hacked = 1</script><img src=x onerror="window.hacked = 2">` +
  `"' onfocus="window.hacked = 3" autofocus x="{toolkit}{app}\u202Elanruoj`;
