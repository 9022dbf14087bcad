import Fleet
import FleetTestKit
import Scheduling
import Testing

extension Scenario {
  func fit(_ values: ScenarioValues) throws -> [String] {
    let request = try values.request("one more")
    let survive = try values.int("survive") ?? 0
    let fit: Fit
    if let like = values.text("like") {
      fit = try #require(Fit.withAnother(like: like, for: request, on: hosts, under: policy, survive: survive))
    } else {
      fit = Fit.count(of: request, on: hosts, under: policy, survive: survive)
    }
    let reasons = zip(fit.perHost, fit.limitedBy).map { "\($0.host): \($0.count), then \($1.rule): \($1.detail)" }
    return [fit.isExact ? "\(fit.count) fit" : "\(fit.count) fit surely, \(fit.atMost) at most"] + reasons
  }

  func balance(_ values: ScenarioValues) throws -> [String] {
    var limits = MoveLimits()
    limits.moves = try values.int("moves") ?? limits.moves
    limits.parallel = try values.int("parallel") ?? limits.parallel
    let plan = BalancePlan.plan(for: hosts, under: policy, limits: limits)
    return ["\(plan.moves.count) moves, score \(Self.short(plan.scoreBefore)) to \(Self.short(plan.scoreAfter))"]
      + plan.moves.map(Self.line) + plan.stuck.map { "\($0.host): \($0.rule): \($0.detail)" }
  }

  func drain(_ host: String) -> [String] {
    let plan = DrainPlan.plan(host, among: hosts, under: policy)
    let verdicts = plan.verdicts.flatMap { verdict -> [String] in
      let why = verdict.why.isEmpty ? "" : " (\(verdict.why))"
      let how = verdict.isLive ? "goes live to" : "goes to"
      return ["\(verdict.vm) \(verdict.target.map { "\(how) \($0)" } ?? "stays")\(why)"]
        + verdict.refused.map { "  \($0.host): \($0.rule): \($0.detail)" }
    }
    return verdicts + plan.moves.map(Self.line)
  }

  func batch(_ words: [String], _ values: ScenarioValues) throws -> [String] {
    let requests = try words.filter { $0.contains(":") }.map { word in
      let parts = word.split(separator: ":").map(String.init)
      var request = PlacementRequest(spec: .sample(parts[0], disk: .gibibytes(1)))
      request.spec.vcpus = try #require(Int(parts[1]))
      request.spec.memory = try ByteCount(parsing: parts[2])
      if parts.count > 3 { request.constraints.groups = [parts[3]] }
      return request
    }
    let mode = try values.text("mode").map { try #require(BatchPlan.Mode(rawValue: $0)) } ?? .bestEffort
    let plan = BatchPlan.plan(requests, on: hosts, under: policy, mode: mode)
    return plan.items.flatMap { item in
      ["\(item.vm) -> \(item.host ?? "nowhere")"] + item.refused.map { "  \($0.host): \($0.rule): \($0.detail)" }
    }
  }

  func order(_ words: [String]) -> [String] {
    let targets = words.map { word in
      (String(word.prefix { $0 != ">" }), String(word.drop { $0 != ">" }.dropFirst()))
    }
    let order = MoveOrder.order(Dictionary(uniqueKeysWithValues: targets), on: hosts, under: policy)
    return order.moves.map(Self.line) + order.rings.map { "a ring: \($0.joined(separator: ", "))" }
      + order.blocked.map { "\($0.host): \($0.detail)" }
  }

  private static func line(_ move: Move) -> String {
    "\(move.wave): \(move.vm) from \(move.from) to \(move.to): \(move.why)"
  }

  private static func short(_ number: Double) -> String {
    let thousandths = Int((number * 1000).rounded())
    return "\(thousandths / 1000).\(String(thousandths % 1000 + 1000).dropFirst())"
  }
}
