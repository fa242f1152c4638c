import { Trans, useLingui } from '@lingui/react/macro'
import { Link, useRouter } from '@tanstack/react-router'
import { useSignOut } from '@/api/entrance'
import { useChangeProfile } from '@/api/profiles'
import { isLimited, mayRun, mayUpload, useMe } from '@/api/session'
import { choose, type Locale, locales } from '@/i18n'
import { CheckIcon } from '@/ui/icons'
import { SignOutIcon } from '@/ui/signs'
import { toast } from '@/ui/toast'

const item =
  'flex h-10 w-full items-center gap-3 rounded-poster px-3 text-left text-base text-soft transition-colors hover:bg-white/8 hover:text-ink'

/** Who is here, the language, the way out. */
export function AccountItems({ close }: { close: () => void }) {
  const { t, i18n } = useLingui()
  const who = useMe()
  const router = useRouter()
  const signOut = useSignOut()
  const change = useChangeProfile()
  if (!who) return null
  const name = who.profile.name || who.user.email
  const speak = (locale: Locale) => {
    void choose(locale)
    // Whoever has a language of their own takes it along to their other devices.
    if (who.profile.language) change.mutate({ id: who.profile.id, change: { language: locale } })
  }
  return (
    <>
      <div className="px-3 pt-2 pb-3">
        <p className="truncate font-medium">{name}</p>
        {name !== who.user.email && <p className="truncate text-sm text-faint">{who.user.email}</p>}
      </div>
      <div className="border-t border-line py-2">
        <Link to="/profiles" className={item} onClick={close}>
          <Trans>Change profile</Trans>
        </Link>
        <Link to="/history" className={item} onClick={close}>
          <Trans>History</Trans>
        </Link>
        {!isLimited(who) && (
          <Link to="/account" className={item} onClick={close}>
            <Trans>Account</Trans>
          </Link>
        )}
        {mayUpload(who) && (
          <Link to="/import" className={item} onClick={close}>
            <Trans>Import films</Trans>
          </Link>
        )}
        {mayRun(who) && (
          <>
            <Link to="/people" className={item} onClick={close}>
              <Trans>People</Trans>
            </Link>
            <Link to="/insight" className={item} onClick={close}>
              <Trans>Insight</Trans>
            </Link>
          </>
        )}
      </div>
      <fieldset className="border-t border-line py-2">
        <legend className="float-left w-full px-3 py-1 text-sm text-faint">
          <Trans>Language</Trans>
        </legend>
        {locales.map((locale) => (
          <button
            key={locale.id}
            type="button"
            lang={locale.id}
            aria-pressed={i18n.locale === locale.id}
            className={`${item} clear-both aria-pressed:text-ink`}
            onClick={() => speak(locale.id)}
          >
            {locale.name}
            {i18n.locale === locale.id && <CheckIcon size={16} className="ml-auto text-accent" />}
          </button>
        ))}
      </fieldset>
      <div className="border-t border-line pt-2">
        <button
          type="button"
          className={item}
          disabled={signOut.isPending}
          onClick={() =>
            signOut.mutate(undefined, {
              onSuccess: () => router.invalidate(),
              onError: () => toast(t`You are still signed in: the server cannot be reached.`),
            })
          }
        >
          <SignOutIcon size={16} />
          <Trans>Sign out</Trans>
        </button>
      </div>
    </>
  )
}
