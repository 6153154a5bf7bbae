import { X509Certificate } from 'node:crypto';
import { Field, ObjectType } from 'type-graphql';
import { distinguishedName } from '../../lib/distinguishedName.js';
import { DateTimeScalar, HashScalar } from '../scalars.js';

@ObjectType({ simpleResolvers: true })
export class Certificate {
  @Field(() => String)
  subject!: string;

  @Field(() => String)
  issuer!: string;

  @Field(() => DateTimeScalar)
  notBefore!: string;

  @Field(() => DateTimeScalar)
  notAfter!: string;

  @Field(() => HashScalar, { description: 'SHA-256 of the DER.' })
  fingerprint!: string;

  @Field(() => String)
  pem!: string;
}

/** The facts of a PEM certificate; null where the text is none. */
export function certificateOf(pem: string): Certificate | null {
  try {
    const certificate = new X509Certificate(pem);
    return {
      subject: distinguishedName(certificate.subject),
      issuer: distinguishedName(certificate.issuer),
      notBefore: certificate.validFromDate.toISOString(),
      notAfter: certificate.validToDate.toISOString(),
      fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
      pem,
    };
  } catch {
    return null; // A ledger keeps whatever bytes were signed with; what is no certificate has no facts.
  }
}
