import Fleet
import FleetTestKit

extension RandomValues {
  func outOfBandPolicy() -> OutOfBandPolicy {
    OutOfBandPolicy(
      outOfBand: any(OutOfBandRule.self), unanswered: any(FailMode.self),
      networks: Dictionary(list { (word(), any(OutOfBandRule.self)) }) { first, _ in first })
  }

  func start() -> DomainStart {
    DomainStart(
      id: id(), name: text(), nics: list { ObservedNIC(mac: maybe { mac() }, network: text(), bridge: text()) },
      ports: list { port() }, disks: texts(), isIncoming: flag())
  }

  func verdict() -> StartVerdict {
    StartVerdict(
      any(StartVerdict.Ruling.self), sentence: text(),
      findings: list {
        StartFinding(
          kind: any(StartFinding.Kind.self), mac: maybe { mac() }, port: maybe { port() }, owner: owner())
      })
  }

  func startCounts() -> StartCounts {
    StartCounts(allowed: Int64(count()), warned: Int64(count()), refused: Int64(count()))
  }
}
