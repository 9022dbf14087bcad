internal import Foundation

/// libvirt's hook as it is on the host.
struct HookSurvey: Hashable, Sendable {
  /// True if it is Roost's.
  var isOurs = true
  /// What is wrong with the text, such as a program that is gone; nil if nothing is.
  var fault: String?
  /// True if libvirt can run it.
  var isExecutable = true
  /// True if libvirt has started, or was told to look, since it is there.
  var isSeen = true

  /// A hook with which all is well.
  init() {}

  /// Looks at the host; nil if there is none.
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

  /// When a file was last put in its place or written, in seconds.
  private static func changed(_ path: String) -> Int? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_ctim.tv_sec : nil
  }
}
