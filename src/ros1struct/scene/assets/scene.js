"use strict";
// Draws every scene of a page with 3Dmol.js. A scene's data stand in its own element as JSON; what
// several pages share (the protein) is handed over by share() from a file beside them.
window.ros1struct = (() => {
  const shared = {};
  const step = 20;
  const at = p => ({x: p[0], y: p[1], z: p[2]});
  const elements = {
    N: "#3050d8", O: "#d03030", S: "#b09000", F: "#3a9a3a", Cl: "#3a9a3a", Br: "#8a4a20",
    I: "#6a2a8a", P: "#c06000", H: "#dddddd",
  };
  const colours = carbon => ({prop: "elem", map: {...elements, C: carbon}});

  // A page of its own holds 3Dmol.js packed: a third of the size, and nothing in it can end the
  // element early.
  async function library() {
    const packed = document.getElementById("ros1struct-3dmol");
    if (!window.$3Dmol && packed) {
      const bytes = Uint8Array.from(atob(packed.textContent.trim()), c => c.charCodeAt(0));
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
      const tag = document.createElement("script");
      tag.textContent = await new Response(stream).text();
      document.head.append(tag);
      tag.remove();
    }
    if (!window.$3Dmol) throw new Error("3Dmol.js did not load");
    return window.$3Dmol;
  }

  // Quaternion of the rotation whose rows are the screen's axes.
  function turn([a, b, c]) {
    const like = (v, s) => s < 0 ? -v : v;
    const w = Math.sqrt(Math.max(0, 1 + a[0] + b[1] + c[2])) / 2;
    const x = Math.sqrt(Math.max(0, 1 + a[0] - b[1] - c[2])) / 2;
    const y = Math.sqrt(Math.max(0, 1 - a[0] + b[1] - c[2])) / 2;
    const z = Math.sqrt(Math.max(0, 1 - a[0] - b[1] + c[2])) / 2;
    return [like(x, c[1] - b[2]), like(y, a[2] - c[0]), like(z, b[0] - a[1]), w];
  }

  function addProtein(viewer, data, hover) {
    const protein = viewer.addModel(data.protein, "pdb");
    protein.setStyle({}, {cartoon: {color: "#d4d4dc", opacity: 0.75}});
    const sticks = {stick: {radius: 0.13, colorscheme: colours("#9a9aa6")}};
    const side = {not: {atom: ["N", "C", "O"]}};
    for (const residue of data.residues) {
      const one = {resi: residue.index};
      protein.setStyle(residue.whole ? one : {...one, ...side}, sticks, true);
      viewer.addLabel(residue.label, {
        position: at(residue.place), fontSize: 11, fontColor: "#222222", inFront: true,
        backgroundColor: "white", backgroundOpacity: 0.65, alignment: "center",
      });
    }
    for (const dot of data.spheres)
      protein.setStyle({resi: dot.index}, {sphere: {radius: 0.35, color: dot.colour}});
    hover(protein, atom => `${data.names[atom.resi]} ${atom.atom}`);
  }

  function addRod(viewer, start, end, style, text, tell, quiet) {
    viewer.addCylinder({
      start: at(start), end: at(end), ...style, hoverable: true,
      hover_callback: () => tell(text), unhover_callback: quiet,
    });
  }

  function paint(library, box, data) {
    const canvas = box.querySelector(".ros1struct-canvas");
    canvas.textContent = "";
    const viewer = library.createViewer(canvas, {backgroundColor: "white", antialias: true});
    if (!viewer) throw new Error("this browser has no WebGL");
    const said = box.querySelector(".ros1struct-said");
    const hint = said.textContent;
    const tell = text => { said.textContent = text; };
    const quiet = () => { said.textContent = hint; };
    const hover = (model, words) => model.setHoverable({}, true, a => tell(words(a)), quiet);
    addProtein(viewer, data, hover);
    const inhibitor = viewer.addModel(data.inhibitor, "sdf");
    inhibitor.setStyle({}, {stick: {radius: 0.19, colorscheme: colours("#e0a020")}});
    hover(inhibitor, () => data.inhibitor_name);
    const centre = [inhibitor];
    for (const {pdb, colour, radius, opacity, text} of data.rotamers) {
      const model = viewer.addModel(pdb, "pdb");
      model.setStyle({}, {stick: {radius, opacity, color: colour}});
      hover(model, () => text);
      centre.push(model);
    }
    const dashes = {
      dashed: true, dashLength: 0.28, gapLength: 0.2, fromCap: "round", toCap: "round",
    };
    for (const {points, colour, radius, text} of data.contacts)
      for (let k = 1; k < points.length; k++)
        addRod(viewer, points[k - 1], points[k], {...dashes, radius, color: colour}, text, tell, quiet);
    const disc = {color: data.clash_colour, fromCap: "flat", toCap: "flat"};
    for (const {start, end, radius, text} of data.clashes)
      addRod(viewer, start, end, {...disc, radius}, text, tell, quiet);
    viewer.zoomTo({model: centre});
    const pose = viewer.getView();
    viewer.setView([...pose.slice(0, 4), ...turn(data.axes)]);
    viewer.zoom(centre.length > 1 ? 0.95 : 0.64);
    viewer.setSlab(-14, 60);
    viewer.render();
    box.viewer = viewer;
    offerButtons(box, viewer);
  }

  // For those who have no pointer.
  function offerButtons(box, viewer) {
    const first = viewer.getView();
    const does = {
      left: () => viewer.rotate(-step, "y"), right: () => viewer.rotate(step, "y"),
      up: () => viewer.rotate(-step, "x"), down: () => viewer.rotate(step, "x"),
      closer: () => viewer.zoom(1.2), farther: () => viewer.zoom(1 / 1.2),
      reset: () => viewer.setView(first),
    };
    const bar = box.querySelector(".ros1struct-turn");
    bar.addEventListener("click", event => {
      const act = does[event.target.value];
      if (act) { act(); viewer.render(); }
    });
    bar.hidden = false;
  }

  async function draw(box) {
    try {
      const own = JSON.parse(box.querySelector(".ros1struct-data").textContent);
      paint(await library(), box, {...shared[own.shared], ...own});
    } catch (error) {
      box.querySelector(".ros1struct-canvas").textContent =
        `The 3D view cannot be drawn here: ${error.message}`;
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(".ros1struct-scene").forEach(draw);
  });
  return {share(key, data) { shared[key] = data; }};
})();
