import { TestEnvironment } from 'jest-environment-node';

/** Jest's environment for Node, with the real process as `hostProcess`: the `process` in a test is a copy that hears no events. */
export default class HostProcessEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    this.global.hostProcess = process;
  }
}
