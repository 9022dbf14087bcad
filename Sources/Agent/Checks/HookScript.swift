internal import Foundation

/// The script that libvirt runs before a domain starts; identical to `deploy/hooks/qemu`.
struct HookScript: Hashable, Sendable {
  /// Where libvirt looks for it, beside other hooks.
  static let path = "/etc/libvirt/hooks/qemu.d/roost"
  /// Touched when libvirt was told to search for hooks; it also searches when it starts.
  static let seenPath = "/run/libvirt/roost-hook-seen"

  /// The agent's program.
  var program = "/usr/local/bin/roost-agent"
  /// The agent's socket.
  var socket = "/var/lib/roost-agent/hook.sock"

  /// True if a text is any version of it.
  static func isOurs(_ text: String) -> Bool { text.contains("# Roost's part of libvirt's hook") }

  /// Why a version of it would let every domain start; nil if it works.
  static func fault(of text: String, canRun: (String) -> Bool) -> String? {
    func value(_ key: String) -> String? {
      text.split(separator: "\n").first { $0.hasPrefix("\(key)=") }.map { String($0.dropFirst(key.count + 1)) }
    }
    guard let program = value("agent"), let socket = value("socket") else { return "it names no agent" }
    guard canRun(program) else { return "there is no program \(program)" }
    let expected = HookScript(program: program, socket: socket).text
    func lines(_ text: String) -> [Substring] { text.split(separator: "\n") }
    return lines(expected) == lines(text) ? nil : "it is not the one of this release"
  }

  var text: String {
    """
    #!/bin/sh
    # Roost's part of libvirt's hook for QEMU: asks the host's agent whether a domain may start.
    #
    # libvirt runs it as /etc/libvirt/hooks/qemu.d/roost NAME OPERATION PART MORE, with the domain's document on stdin,
    # and waits for it: it never calls libvirt, and ends within half a second. Exit 1 stops the start, and what is on
    # stderr reaches whoever started the domain. Without the agent's program every domain starts as if this file were
    # not there.
    agent=\(program)
    socket=\(socket)

    case $2 in
      prepare | migrate) ;;
      *) exit 0 ;;
    esac
    [ -x "$agent" ] || exit 0

    # timeout keeps the promise even if the machine is too busy to run the agent's program; and as programs of the system
    # both are such that libvirtd's confinement lets run freely. nice lets the question go before the guests' own start.
    nice -n -15 timeout --signal=KILL 0.44 "$agent" hook --socket "$socket" -- "$1" "$2" "$3" >/dev/null
    case $? in
      0) exit 0 ;;
      1) exit 1 ;;
    esac
    # The program did not come to an answer: the word beside the socket says what then. Only a plain file counts, and
    # only for a second: whoever runs as the agent could put something there that never ends.
    word=
    if [ -f "$socket.unanswered" ] && [ ! -L "$socket.unanswered" ]; then
      word=$(timeout --signal=KILL 1 head -c 64 "$socket.unanswered" 2>/dev/null)
    fi
    [ "$word" = fail-closed ] || exit 0
    echo "Roost's policy is to start nothing unasked (roost policy set unanswered=fail-open), and nobody judged" \\
      "\\"$1\\" in time; to start all the same: echo fail-open >$socket.unanswered" >&2
    exit 1

    """
  }
}

/// libvirt's hook as it is on the host.
struct HookSurvey: Hashable, Sendable {
  /// True if it is Roost's.
  var isOurs = true
  /// What is wrong with the text, such as a missing program; nil if nothing is.
  var fault: String?
  /// True if libvirt can run it.
  var isExecutable = true
  /// True if libvirt has searched for hooks since it is there.
  var isSeen = true

  /// A hook that works.
  init() {}

  /// Examines the host's hook; nil if there is none.
  init?(_ kernel: KernelFiles) {
    guard let text = kernel.text(HookScript.path) else { return nil }
    isOurs = HookScript.isOurs(text)
    fault = HookScript.fault(of: text) { access(kernel.root + $0, X_OK) == 0 }
    isExecutable = access(kernel.root + HookScript.path, X_OK) == 0
    // The daemon writes the file with its number when it starts.
    let looks = [HookScript.seenPath, "/run/libvirtd.pid", "/run/virtqemud.pid"]
    let changed = Self.changed(kernel.root + HookScript.path) ?? 0
    isSeen = looks.compactMap { Self.changed(kernel.root + $0) }.contains { $0 >= changed }
  }

  /// When a file was last created or written, in seconds.
  private static func changed(_ path: String) -> Int? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_ctim.tv_sec : nil
  }
}
