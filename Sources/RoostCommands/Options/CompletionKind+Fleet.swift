internal import ArgumentParser

extension CompletionKind {
  /// Names of VMs.
  static var vms: CompletionKind { .shellCommand("roost list -o name 2>/dev/null") }
  /// Names of hosts.
  static var hosts: CompletionKind { .shellCommand("roost host list -o name 2>/dev/null") }
  /// Names of images.
  static var images: CompletionKind { .shellCommand("roost image list -o name 2>/dev/null") }
  /// Ids of operations.
  static var operations: CompletionKind { .shellCommand("roost op list -o name 2>/dev/null") }
}
