/** A name as RFC 4514 writes it, most specific part first, from the lines that node:crypto gives: `CN=peer0,OU=peer,O=…`. */
export function distinguishedName(lines: string): string {
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .reverse()
    .map((line) => line.split(/ \+ (?=[A-Za-z0-9.]+=)/).join('+'))
    .join(',');
}
