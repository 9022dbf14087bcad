internal import Fleet

extension VMDetail {
  /// Why the VM is where it is, from what was stored when it was placed.
  var reasons: Detail {
    guard let placed else {
      let text = vm.managed ? "nobody stored why" : "it was found there; Roost did not place it"
      return Detail(
        name: vm.name, lines: [.field("\(vm.name) is on \(vm.host)", .init(text))],
        tree: .object(["vm": .text(vm.name), "on": .text(vm.host), "placed": .null]))
    }
    let isThere = placed.host == vm.host
    let head = isThere ? "it was placed there" : "it was placed on \(placed.host ?? "no host") and moved since"
    return Detail(
      name: vm.name, lines: [.field("\(vm.name) is on \(vm.host)", .init(head))] + placed.reasons,
      tree: .object(["vm": .text(vm.name), "on": .text(vm.host), "placed": placed.tree]))
  }
}
