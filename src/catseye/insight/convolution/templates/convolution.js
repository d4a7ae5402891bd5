"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const find = (name) => document.getElementById(name);
  const slider = find("slider");
  const count = data.steps.length + data.poolingSteps.length;
  let timer = null;

  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };

  // A panel is a heading with a table of numbers, or with a picture and a box over it.
  const panel = (title, parent) => {
    const section = make("section", "panel");
    section.append(make("h3", "", title));
    parent.append(section);
    return section;
  };

  const grid = (title, numbers, parent, { colours, margins } = {}) => {
    const section = panel(title, parent);
    const table = make("table", "grid");
    table.setAttribute("aria-label", title);
    const [top, bottom, left, right] = margins || [0, 0, 0, 0];
    numbers.forEach((row, r) => {
      const line = table.insertRow();
      row.forEach((number, c) => {
        const cell = line.insertCell();
        cell.textContent = number;
        const inside = r >= top && r < numbers.length - bottom && c >= left && c < row.length - right;
        if (!inside) cell.className = "outside";
        if (colours) [cell.style.background, cell.style.color] = colours[r][c];
      });
    });
    section.append(table);
    return table;
  };

  const picture = (description, parent) => {
    const section = panel(`${description.name} (${description.rows}×${description.columns})`, parent);
    const frame = make("div", "image");
    const image = make("img");
    image.src = description.picture;
    image.alt = `${description.name}, ${description.rows} rows, ${description.columns} columns`;
    const box = make("div", "box");
    frame.append(image, box);
    section.append(frame, make("p", "soft", `from ${description.smallest} to ${description.largest}`));
    return box;
  };

  // Returns a function that marks rows and columns; a growing output hides what comes after them.
  const shown = (description, parent, growing) => {
    if (!description) return () => {};
    const { rows, columns } = description;
    if (description.picture) {
      const box = picture(description, parent);
      return (markedRows, markedColumns) => {
        const [top, left] = [markedRows[0], markedColumns[0]];
        const [bottom, right] = [markedRows.at(-1) + 1, markedColumns.at(-1) + 1];
        box.style.top = `${(100 * top) / rows}%`;
        box.style.left = `${(100 * left) / columns}%`;
        box.style.height = `${(100 * (bottom - top)) / rows}%`;
        box.style.width = `${(100 * (right - left)) / columns}%`;
      };
    }
    const title = `${description.name} (${rows}×${columns})`;
    const table = grid(title, description.numbers, parent, description);
    return (markedRows, markedColumns) => {
      const last = markedRows[0] * columns + markedColumns[0];
      [...table.rows].forEach((line, r) =>
        [...line.cells].forEach((cell, c) => {
          const marked = markedRows.includes(r) && markedColumns.includes(c);
          cell.classList.toggle(growing ? "here" : "covered", marked);
          cell.classList.toggle("hidden", Boolean(growing) && r * columns + c > last);
        })
      );
    };
  };

  const markInputs = data.inputs.map((description) => shown(description, find("inputs")));
  const markOutputs = [data.output, data.other].map((description) => shown(description, find("outputs"), true));
  const windows = data.channels.map((name) => {
    const line = make("div", "panels");
    find("products").append(line);
    return [`${name}window`, "× kernel", "= products"].map((title) => grid(title, data.kernel, line));
  });
  const pools = data.pools.map(({ channel, before, after }, index) => {
    const line = make("div", "panels");
    find("pools").append(line);
    const markBefore = shown(before, line);
    const window_ = grid(`${channel}window`, data.poolingSteps[0].windows[index], line);
    return { channel, markBefore, window_, markAfter: shown(after, line, true) };
  });

  const fill = (table, numbers) =>
    numbers.forEach((row, r) => row.forEach((number, c) => (table.rows[r].cells[c].textContent = number)));

  const where = ([row, column]) => `row ${row}, column ${column}`;
  const shares = (some, all) => (some < all ? ` of ${some.toLocaleString("en")} shown, of ${all.toLocaleString("en")}` : ` of ${all}`);

  const showStep = (step, number) => {
    markInputs.forEach((mark) => mark(step.rows, step.columns));
    markOutputs.forEach((mark) => mark([step.place[0]], [step.place[1]]));
    windows.forEach(([window_, , products], channel) => {
      fill(window_, step.windows[channel]);
      fill(products, step.products[channel]);
    });
    find("sum").textContent = `sum of the products: ${step.sum} → ${where(step.place)}`;
    return `Step ${number + 1}${shares(data.steps.length, data.stepsInAll)}: window at ${step.covered}; the products sum to ${step.sum}, which goes to ${where(step.place)}.`;
  };

  const showPooling = (step, number) => {
    pools.forEach(({ markBefore, window_, markAfter }, index) => {
      markBefore(step.rows, step.columns);
      markAfter([step.place[0]], [step.place[1]]);
      fill(window_, step.windows[index]);
    });
    const values = pools.map(({ channel }, index) => channel + step.values[index]).join(", ");
    find("pooled").textContent = `${data.poolingWord}: ${values} → ${where(step.place)}`;
    return `Pooling, step ${number + 1}${shares(data.poolingSteps.length, data.poolingStepsInAll)}: ${data.poolingWord} ${values} goes to ${where(step.place)}.`;
  };

  const show = (index) => {
    const pooling = index >= data.steps.length;
    find("pooling").hidden = !pooling;
    find("convolving").hidden = pooling;
    slider.value = index;
    const number = pooling ? index - data.steps.length : index;
    const text = pooling ? showPooling(data.poolingSteps[number], number) : showStep(data.steps[number], number);
    find("said").textContent = text;
    slider.setAttribute("aria-valuetext", text);
    find("counter").textContent = `${index + 1} / ${count}`;
    find("previous").disabled = index === 0;
    find("next").disabled = index === count - 1;
  };

  const at = () => Number(slider.value);
  const stop = () => {
    clearInterval(timer);
    timer = null;
    find("play").textContent = "Play";
    find("play").setAttribute("aria-pressed", "false");
  };
  const go = (index) => {
    stop();
    show(Math.max(0, Math.min(count - 1, index)));
  };
  const play = () => {
    if (timer !== null) return stop();
    if (at() === count - 1) show(0);
    find("play").textContent = "Pause";
    find("play").setAttribute("aria-pressed", "true");
    timer = setInterval(() => {
      if (at() < count - 1) show(at() + 1);
      if (at() === count - 1) stop();
    }, 900);
  };

  slider.max = count - 1;
  slider.addEventListener("input", () => go(at()));
  find("previous").addEventListener("click", () => go(at() - 1));
  find("next").addEventListener("click", () => go(at() + 1));
  find("play").addEventListener("click", play);
  document.addEventListener("keydown", (event) => {
    if (event.target === slider || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "ArrowLeft") go(at() - 1);
    else if (event.key === "ArrowRight") go(at() + 1);
    else if (event.key === " " && event.target.tagName !== "BUTTON") {
      event.preventDefault();
      play();
    }
  });
  show(0);
})();
