import { isKnownProvider, type KnownProvider, type OidcProvider, type SignInProvider } from '@netra/service';
import type { BetterAuthOptions } from 'better-auth';
import { type GenericOAuthConfig, genericOAuth } from 'better-auth/plugins/generic-oauth';

const KNOWN_NAMES: Readonly<Record<KnownProvider, string>> = {
  google: 'Google',
  github: 'GitHub',
  gitlab: 'GitLab',
  microsoft: 'Microsoft',
};

/** What the library is given for the providers of the configuration: its own kinds, and the generic one with PKCE. */
export function providerOptions(providers: readonly SignInProvider[]) {
  const socialProviders: NonNullable<BetterAuthOptions['socialProviders']> = {};
  const config: GenericOAuthConfig[] = [];
  for (const provider of providers) {
    if (isKnownProvider(provider)) {
      socialProviders[provider.id] = { clientId: provider.client_id, clientSecret: provider.client_secret };
    } else {
      config.push(oidcOptions(provider));
    }
  }
  return { socialProviders, plugins: config.length === 0 ? [] : [genericOAuth({ config })] };
}

/** As sign-in pages list them. */
export function providerNames(providers: readonly SignInProvider[]): { id: string; name: string }[] {
  return providers.map((provider) => ({
    id: provider.id,
    name: isKnownProvider(provider) ? KNOWN_NAMES[provider.id] : provider.name,
  }));
}

function oidcOptions(provider: OidcProvider): GenericOAuthConfig {
  return {
    providerId: provider.id,
    name: provider.name,
    clientId: provider.client_id,
    ...(provider.client_secret === undefined
      ? { tokenEndpointAuth: { method: 'none' } }
      : { clientSecret: provider.client_secret, authentication: 'basic' }),
    authorizationUrl: provider.authorization_url,
    tokenUrl: provider.token_url,
    userInfoUrl: provider.user_info_url,
    scopes: provider.scopes,
    pkce: true,
    accountSubject: ({ profile }) => profile.sub ?? '',
    // The e-mail address counts as confirmed only where the provider says so; roles never come from there.
    mapProfileToUser: ({ name, email, email_verified: isVerified }) => ({
      name: typeof name === 'string' && name !== '' ? name : (email?.split('@')[0] ?? ''),
      emailVerified: isVerified === true,
    }),
  };
}
