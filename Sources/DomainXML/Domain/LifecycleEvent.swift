/// An event after which libvirt acts by itself.
public enum LifecycleEvent: Hashable, Sendable, CaseIterable {
  /// The guest turned itself off.
  case powerOff
  /// The guest rebooted.
  case reboot
  /// The guest crashed.
  case crash

  /// The element that names the action.
  var elementName: String {
    switch self {
    case .powerOff: "on_poweroff"
    case .reboot: "on_reboot"
    case .crash: "on_crash"
    }
  }
}
