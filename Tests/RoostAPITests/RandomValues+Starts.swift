import Fleet
import FleetTestKit

extension RandomValues {
  func startPolicy() -> StartPolicy {
    StartPolicy(
      outOfBand: any(StartRule.self), unanswered: any(UnansweredRule.self),
      networks: Dictionary(list { (word(), any(StartRule.self)) }) { first, _ in first })
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
