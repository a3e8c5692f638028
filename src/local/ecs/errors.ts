import { AwsError } from '../aws/service.ts';

/** ECS's own error codes and words. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/CommonErrors.html */
export const invalidParameter = (message: string) => new AwsError('InvalidParameterException', message);
export const clientError = (message: string) => new AwsError('ClientException', message);
export const clusterNotFound = () => new AwsError('ClusterNotFoundException', 'Cluster not found.');
export const serviceNotFound = () => new AwsError('ServiceNotFoundException', 'Service not found.');
export const serviceNotActive = () => new AwsError('ServiceNotActiveException', 'Service was not ACTIVE.');
export const deploymentNotFound = () =>
  new AwsError('ServiceDeploymentNotFoundException', 'Service deployment not found.');
export const resourceNotFound = () =>
  new AwsError('ResourceNotFoundException', 'The specified resource could not be found.');
export const conflict = (message: string) => new AwsError('ConflictException', message);
