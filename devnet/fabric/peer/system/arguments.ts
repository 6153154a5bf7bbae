/** The argument of a lifecycle function; throws in Fabric's words where the bytes are no such message. */
export function argumentsOf<T>(name: string, type: { deserializeBinary(bytes: Uint8Array): T }, bytes: Uint8Array): T {
  try {
    return type.deserializeBinary(bytes);
  } catch (error) {
    throw new Error(
      `could not decode input arg for *lifecycle.Invocation.${name}: proto: cannot parse invalid wire-format data`,
      { cause: error },
    );
  }
}
