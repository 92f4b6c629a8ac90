/** The folders of libs/domain, mutated one after the other so that progress is seen. */
export const mutatedFolders = ['alert', 'detection', 'fact', 'money', 'reference', 'rule', 'time', 'window'];
