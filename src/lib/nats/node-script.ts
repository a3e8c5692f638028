/**
 * What gsys does on the machine of a NATS node, all of it: one POSIX shell script that defines `gsys_node`, for
 * Linux with openssl, gzip and coreutils. Run Command, ssh and a shell on this machine run the same text, so whoever
 * reviews it, or allows nothing else (an SSM document, a forced command), has seen everything.
 *
 * A node's folder has `nats-server.conf`, `nats-server.pid`, and `tls`, a link to the version in use of its key,
 * certificate and trust bundle. A version is made beside it and switched over in one instant; the one before is kept.
 * A private key never leaves the folder: requests and certificates travel.
 */
export const NODE_SCRIPT = String.raw`set -eu
umask 077
gsys_fail() { echo "$1" >&2; exit 1; }
gsys_pid() {
  pid=$(cat nats-server.pid 2>/dev/null) || return 1
  case "$pid" in ''|*[!0-9]*) return 1 ;; esac
  case "$(cat "/proc/$pid/comm" 2>/dev/null)" in nats-server*) echo "$pid" ;; *) return 1 ;; esac
}
gsys_running() { gsys_pid || gsys_fail "no nats-server runs by $PWD/nats-server.pid"; }
gsys_show() { if [ -f "$2" ]; then echo "$1 $(gzip -nc "$2" | base64 | tr -d '\n')"; fi; }
gsys_public() { openssl x509 -in "$1" -noout -pubkey 2>/dev/null; }
gsys_own() { if [ "$(id -u)" = 0 ]; then chown -R "$(stat -c %u:%g .)" "$@"; fi; }
gsys_fits() {
  public=$(openssl pkey -in "$1/key.pem" -pubout 2>/dev/null) && [ "$public" = "$(gsys_public "$1/cert.pem")" ]
}
gsys_link() { ln -sfn "$1" "$2.link" && mv -fT "$2.link" "$2"; }
gsys_switch() {
  before=$(readlink tls || true)
  gsys_link "$1" tls
  if [ -n "$before" ] && [ "$before" != "$1" ]; then gsys_link "$before" .tls.previous; fi
  sync . 2>/dev/null || true
}
gsys_node() {
  verb=$1
  cd "$2" || gsys_fail "there is no $2"
  mode=$(stat -c %a .)
  if [ $((0$mode & 022)) -ne 0 ]; then gsys_fail "$PWD can be written by others (mode $mode): chmod 755 $PWD"; fi
  command -v openssl >/dev/null || gsys_fail "openssl is not installed on the machine of $PWD"
  case "$verb" in
  look)
    gsys_show cert tls/cert.pem
    gsys_show ca tls/ca.pem
    gsys_show config nats-server.conf
    gsys_show kept nats-server.conf.kept
    if gsys_fits tls; then echo fits yes; else echo fits no; fi
    if [ -f .tls.next/key.pem ]; then echo "waiting $(openssl pkey -in .tls.next/key.pem -pubout 2>/dev/null | base64 | tr -d '\n')"; fi
    if pid=$(gsys_pid); then echo "pid $pid"; fi
    ;;
  request)
    rm -rf .tls.next
    mkdir .tls.next
    openssl req -new -newkey rsa:2048 -nodes -sha256 -subj "/CN=$3" -keyout .tls.next/key.pem -out .tls.next/request.pem 2>/dev/null || true
    # On a full disk openssl writes less than it should, and says nothing.
    if ! openssl pkey -in .tls.next/key.pem -noout 2>/dev/null || ! openssl req -in .tls.next/request.pem -noout 2>/dev/null; then
      rm -rf .tls.next
      gsys_fail "no key can be made in $PWD: $(df -Pk . | tail -n 1)"
    fi
    gsys_own .tls.next
    gsys_show request .tls.next/request.pem
    ;;
  install)
    if [ "$3" = - ]; then
      gsys_fits tls || gsys_fail "the key in $PWD/tls does not belong to the certificate"
      rm -rf .tls.next
      mkdir .tls.next
      cp tls/key.pem tls/cert.pem .tls.next/
    else
      if [ ! -f .tls.next/key.pem ]; then gsys_fail "there is no new key in $PWD/.tls.next"; fi
      echo "$3" | base64 -d | gzip -dc > .tls.next/cert.pem
    fi
    echo "$4" | base64 -d | gzip -dc > .tls.next/ca.pem
    gsys_fits .tls.next || gsys_fail "the key in $PWD/.tls.next does not belong to the certificate"
    rm -f .tls.next/request.pem
    gsys_own .tls.next
    sync .tls.next/key.pem .tls.next/cert.pem .tls.next/ca.pem .tls.next 2>/dev/null || true
    version=.tls.$(date +%s)-$$
    mv .tls.next "$version"
    gsys_switch "$version"
    for old in .tls.[0-9]*; do
      case "$old" in "$(readlink tls)" | "$(readlink .tls.previous || true)" | *.link) ;; *) rm -rf "$old" ;; esac
    done
    ;;
  back)
    previous=$(readlink .tls.previous) || gsys_fail "there is nothing in $PWD to go back to"
    gsys_switch "$previous"
    ;;
  configure)
    echo "$3" | base64 -d | gzip -dc > nats-server.conf.next
    gsys_own nats-server.conf.next
    if command -v nats-server >/dev/null; then
      nats-server -t -c nats-server.conf.next >nats-server.conf.said 2>&1 ||
        gsys_fail "nats-server does not take the configuration: $(tail -n 3 nats-server.conf.said)"
      rm -f nats-server.conf.said
    fi
    sync nats-server.conf.next 2>/dev/null || true
    if [ -f nats-server.conf ]; then cp -p nats-server.conf nats-server.conf.previous; fi
    mv -f nats-server.conf.next nats-server.conf
    ;;
  keep)
    cp -p nats-server.conf nats-server.conf.kept.next
    mv -f nats-server.conf.kept.next nats-server.conf.kept
    ;;
  unconfigure)
    if [ ! -f nats-server.conf.previous ]; then gsys_fail "there is no configuration in $PWD to go back to"; fi
    cp -p nats-server.conf.previous nats-server.conf.next
    mv -f nats-server.conf.next nats-server.conf
    ;;
  reload | drain)
    pid=$(gsys_running)
    if [ "$verb" = reload ]; then kill -HUP "$pid"; else kill -USR2 "$pid"; fi
    ;;
  *) gsys_fail "gsys_node knows no $verb" ;;
  esac
}
`;

/** What a call may be made of, so that it needs no quoting anywhere. */
const PLAIN = /^[\w+/=.:@-]+$/;

export type NodeVerb =
  | 'look'
  | 'request'
  | 'install'
  | 'back'
  | 'configure'
  | 'keep'
  | 'unconfigure'
  | 'reload'
  | 'drain';

/** The line that follows the script. @throws Error for anything that a shell could take for more than a word */
export function nodeCall(verb: NodeVerb, folder: string, args: string[]): string {
  const words = [verb, folder, ...args];
  if (!words.every((word) => PLAIN.test(word))) throw new Error(`not a plain word: ${words.join(' ')}`);
  return `gsys_node ${words.join(' ')}`;
}

/** Reads such a line again. @returns undefined for any other */
export function parseNodeCall(line: string): { verb: string; folder: string; args: string[] } | undefined {
  const [name, verb, folder, ...args] = line.split(' ');
  if (name !== 'gsys_node' || verb === undefined || folder === undefined) return undefined;
  return [verb, folder, ...args].every((word) => PLAIN.test(word)) ? { verb, folder, args } : undefined;
}
