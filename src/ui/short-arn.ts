/** `settings-nats:3` */
export function shortArn(arn = 'nothing'): string {
  return arn.split('/').at(-1) ?? arn;
}
