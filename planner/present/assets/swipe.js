"use strict";
/* Two maps of one frame: a button wipes one over the other; on a narrow screen they begin so. */
document.querySelectorAll(".swipe").forEach((figure) => {
  const ways = figure.querySelector(".ways");
  const button = figure.querySelector(".way");
  const slider = figure.querySelector("input");
  const two = figure.querySelector(".two");
  const show = () => {
    two.style.setProperty("--cut", slider.value + "%");
    two.style.setProperty("--share", String(slider.value / 100));
  };
  const wipe = (on) => {
    figure.classList.toggle("swiping", on);
    button.setAttribute("aria-pressed", String(on));
    show();
  };
  slider.addEventListener("input", show);
  button.addEventListener("click", () => wipe(!figure.classList.contains("swiping")));
  ways.hidden = false;
  wipe(window.matchMedia("(max-width: 760px)").matches);
});
