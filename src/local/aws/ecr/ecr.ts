import * as schemas from '@aws-sdk/client-ecr';
import type { ImageSource } from '../../ports.ts';
import type { AwsContext } from '../context.ts';
import type { HttpRoute } from '../http-route.ts';
import { openBlobStore } from '../registry/blob-store.ts';
import { createImageSource } from '../registry/image-source.ts';
import { registryRoute } from '../registry/route.ts';
import { sweep } from '../registry/sweep.ts';
import type { AwsService } from '../service.ts';
import { createAuthorization } from './authorization.ts';
import { imageOperations } from './images.ts';
import { repositoryOperations } from './repositories.ts';
import type { Repository } from './repository.ts';

/** ECR, the registry behind it, and the door by which tasks get their images: three views of one set of images. */
export function createEcr(context: AwsContext): {
  service: AwsService;
  route: HttpRoute;
  images: ImageSource;
} {
  const repositories = context.store.collection<Repository>('ecr-repositories');
  const blobs = openBlobStore(context);
  const authorization = createAuthorization(context);
  sweep(repositories, blobs);
  return {
    service: {
      id: 'ecr',
      target: 'AmazonEC2ContainerRegistry_V20150921',
      protocol: 'awsJson',
      validationCode: 'InvalidParameterException',
      schemas,
      operations: {
        GetAuthorizationToken: () => authorization.issue(),
        ...repositoryOperations(context, repositories),
        ...imageOperations(context, { repositories, blobs }),
      },
    },
    route: registryRoute(context, { repositories, blobs, authorization }),
    images: createImageSource(context, { repositories, blobs }),
  };
}
