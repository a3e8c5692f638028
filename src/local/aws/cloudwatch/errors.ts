import { AwsError } from '../service.ts';

/** By the names of the schemas' errors; awsQuery has shorter ones, which the wire knows. */

export function invalidValue(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}

export function invalidCombination(message: string): AwsError {
  return new AwsError('InvalidParameterCombinationException', message);
}

export function missingParameter(name: string): AwsError {
  return new AwsError('MissingRequiredParameterException', `The parameter ${name} is required.`);
}

export function validation(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

export function badToken(): AwsError {
  return new AwsError('InvalidNextToken', 'The token is not valid.');
}

/** What ListMetrics and ListDashboards say, which do not have that error. */
export function badListToken(): AwsError {
  return invalidValue('The value for parameter NextToken is not valid.');
}
