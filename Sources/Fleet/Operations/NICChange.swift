/// A change of one interface of a managed domain.
public enum NICChange: Hashable, Sendable {
  /// The saved definition of a domain that is off gets another address, and Roost's mark with it.
  case address(from: MACAddress, to: MACAddress, mark: FleetMark)
  /// The link of the running guest's interface with that address goes down.
  case linkDown(MACAddress)
}
