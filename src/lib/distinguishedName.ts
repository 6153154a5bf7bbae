/** A name as RFC 4514 writes it, most specific part first: `CN=peer0.org1.example.com,OU=peer,O=…`. `lines`: as node:crypto gives it. */
export function distinguishedName(lines: string): string {
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .reverse()
    .map((line) => nameAttributes(line).join('+'))
    .join(',');
}

/** The attributes of one relative name: node:crypto writes one a line, joined by ` + `; a plus inside a value is escaped. */
export const nameAttributes = (line: string): string[] => line.split(/ \+ (?=[A-Za-z0-9.]+=)/);
