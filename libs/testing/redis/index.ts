export { makeCertificates, type Certificates } from './certificates';
export { startRedis, type RedisWishes, type TestRedis } from './start-redis';
