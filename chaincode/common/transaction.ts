import contractApi from 'fabric-contract-api';

/** Name and JSON type of one argument. */
export type Parameter = readonly [name: string, type: 'string' | 'number' | 'boolean'];

type MethodDecorator = (target: object, propertyKey: string) => void;

/** A transaction function that writes. Every argument must be named: the contract API refuses any other count. */
export function submits(...parameters: readonly Parameter[]): MethodDecorator {
  return transaction(true, parameters);
}

/** A transaction function that only reads. */
export function evaluates(...parameters: readonly Parameter[]): MethodDecorator {
  return transaction(false, parameters);
}

/**
 * Without `emitDecoratorMetadata` the contract API's `@Transaction` learns of no parameter, and it forgets those that a
 * `@Param` below it told before. So it is applied first and `Param` after it, in the order of the arguments; as two
 * decorators on a method they would have to stand upside down.
 */
function transaction(commit: boolean, parameters: readonly Parameter[]): MethodDecorator {
  return (target, propertyKey) => {
    contractApi.Transaction(commit)(target, propertyKey);
    for (const [name, type] of parameters) contractApi.Param(name, type)(target, propertyKey);
  };
}
