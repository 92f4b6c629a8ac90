const { TestEnvironment } = require('jest-environment-node');

/** Node, but after the first failure no further test runs: one is enough to catch a fault. (Jest's own bail counts files.) */
module.exports = class extends TestEnvironment {
  failed = false;

  handleTestEvent(event) {
    if (event.name === 'test_fn_failure') this.failed = true;
    if (event.name === 'test_start' && this.failed) event.test.mode = 'skip';
  }
};
